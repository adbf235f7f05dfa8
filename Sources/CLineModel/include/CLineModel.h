// The line classifier's model, `lines.model`, written by `make train`; docs/model.md tells its format.
#ifndef WINNOW_CLINEMODEL_H
#define WINNOW_CLINEMODEL_H

#include <stddef.h>
#include <stdint.h>

const uint8_t *wl_model(void);
size_t wl_model_size(void);

#endif
