#include "CLineModel.h"

static const _Alignas(64) uint8_t model[] = {
#embed "lines.model"
};

const uint8_t *wl_model(void) { return model; }
size_t wl_model_size(void) { return sizeof model; }
