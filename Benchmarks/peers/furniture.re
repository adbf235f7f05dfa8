^(Related content|You may also like|More on this story|Read next|Mehr zum Thema|Lesen Sie auch|Das könnte Sie auch interessieren|Ähnliche Artikel|À lire aussi|Sur le même sujet|Articles similaires|Lire aussi|Noticias relacionadas|Te puede interesar|Lea también|Czytaj także|Zobacz też|Przeczytaj również|Читайте также|По теме|Похожие материалы)
^(Photo|Images source|Picture by|Credit|Foto|Fotos|Bildquelle|Crédit photo|Photos|Fuente de la imagen|Fotografía|Fot\.|Źródło zdjęć|Zdjęcia|Фото|Источник изображения|Фотографии)\b
^(Share|Follow us|Teilen|Artikel teilen|Folgen Sie|Partager|Suivez-nous|Compartir|Comparte|Síguenos|Udostępnij|Obserwuj|Поделиться|Подписывайтесь)
^(Read more|Read also|Mehr dazu|Leer más|Подробнее)\b
^(Tags|Schlagwörter|Mots-clés|Etiquetas|Tagi|Теги): 
^© [0-9]{4}
[Cc]ookie|[Nn]ewsletter
^(Advertisement|Anzeige|Publicité|Publicidad|Reklama|Реклама)$
^[^|]{1,24}( \| [^|]{1,24}){2,}$
