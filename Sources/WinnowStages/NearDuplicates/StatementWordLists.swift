/// The lists of `StatementWords`, in many languages. A word is written as in a text and looked up as it stands in a key; "stem~" is any
/// word that begins so; members of a set are parted by spaces, forms of one member by "=".
enum StatementWordLists {
    // swift-format-ignore
    static let text: StaticString = #"""
        [negations]
        en: not no never none nobody nothing nowhere neither nor cannot without don't doesn't didn't isn't aren't wasn't weren't won't wouldn't can't couldn't shouldn't hasn't haven't hadn't mustn't needn't ain't dont doesnt didnt isnt arent wasnt werent wont wouldnt couldnt shouldnt hasnt havent hadnt
        de: nicht nichts kein keine keinen keinem keiner keines nie niemals niemand ohne nirgends weder
        fr: pas ne jamais aucun aucune rien personne sans ni
        es: no nunca jamás ningún ninguna ninguno nada nadie sin tampoco ni
        it: non mai nessun nessuna nessuno niente nulla senza né
        pt: não nunca jamais nenhum nenhuma nada ninguém sem nem
        nl: niet niets geen nooit niemand zonder
        sv: inte ej ingen inget inga aldrig utan
        da: ikke ingen intet aldrig uden
        nb: ikke ingen intet aldri uten
        fi: ei en et eivät emme ette eikä ilman älä älkää
        pl: nie nigdy żaden żadna żadne żadnych nic nikt bez ani
        cs: ne není nejsou nikdy žádný žádná žádné nic nikdo bez nebude nebyl nebyla nemá nelze nesmí
        sk: nie nikdy žiadny žiadna žiadne nič nikto bez nebude nebol nebola nemá nemožno nesmie
        hu: nem ne nincs nincsenek soha sem senki semmi nélkül
        ro: nu niciodată nimeni nimic fără nici niciun nicio
        el: δεν μην δε μη ποτέ κανείς κανένας καμία τίποτα χωρίς ούτε όχι
        ru: не нет ни никогда никто ничего без нельзя
        uk: не ні ніколи ніхто нічого без немає нема
        bg: не няма никога никой нищо без нито
        sr: не није нису никад никада нико ништа без нема неће ne nije nisu nikad nikada niko nitko ništa bez nema neće
        tr: değil yok hayır asla hiç
        ar: لا لم لن ليس ليست غير بدون دون عدم ممنوع يحظر نفى كلا بلا
        he: לא אין אל בלי ללא אינו אינה אינם מעולם
        fa: نه نیست نیستند نبود نشد نکرد ندارد بدون هرگز هیچ بی نمی
        hi: नहीं न ना मत बिना बगैर
        vi: không chưa chẳng đừng
        id: tidak bukan belum tanpa jangan
        ko: 안 못

        [weekdays]
        en: monday tuesday wednesday thursday friday saturday sunday
        de: montag dienstag mittwoch donnerstag freitag samstag sonntag
        fr: lundi mardi mercredi jeudi vendredi samedi dimanche
        es: lunes martes miércoles jueves viernes sábado domingo
        it: lunedì martedì mercoledì giovedì venerdì sabato domenica
        pt: segunda-feira terça-feira quarta-feira quinta-feira sexta-feira sábado domingo
        nl: maandag dinsdag woensdag donderdag vrijdag zaterdag zondag
        sv: måndag tisdag onsdag torsdag fredag lördag söndag
        da: mandag tirsdag onsdag torsdag fredag lørdag søndag
        nb: mandag tirsdag onsdag torsdag fredag lørdag søndag
        fi: maanantain~=maanant~ tiistain~=tiist~ keskiviikkon~=keskiviikk~ torstain~=torst~ perjantain~=perjant~ lauantain~=lauant~ sunnunt~
        pl: poniedziałek~ wtorek~ środ~ czwartek~ piątek~ sobot~ niedziel~
        cs: ponděl~ úter~ střed~ čtvrtek~ pátek~ sobot~ neděl~
        sk: pondelok~ utorok~ stred~ štvrtok~ piatok~ sobot~ nedeľ~
        hu: hétfő~ kedd szerd~ csütörtök~ péntek~ szombat~ vasárnap~
        ro: luni marț~ miercur~ joi viner~ sâmbătă~ duminică~
        el: δευτέρ~ τρίτ~ τετάρτ~ πέμπτ~ παρασκ~ σάββατ~ κυριακ~
        ru: понедельник~ вторник~ сред~ четверг~ пятниц~ суббот~ воскресен~
        uk: понеділок~ вівторок~ серед~ четвер~ пʼятниц~ субот~ неділ~
        bg: понеделник~ вторник~ сряд~ четвъртък~ петък~ събот~ недел~
        sr: понедељак~ уторак~ сред~ четвртак~ петак~ субот~ недељ~
        hr: ponedjeljak~ utorak~ srijed~ četvrtak~ petak~ subot~ nedjelj~
        tr: pazartes~ salı çarşamb~ perşemb~ cuma cumartes~ pazar~
        ar: الاثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد
        fa: دوشنبه سهشنبه چهارشنبه پنجشنبه جمعه شنبه یکشنبه
        hi: सोमवार मंगलवार बुधवार गुरुवार शुक्रवार शनिवार रविवार
        id: senin selasa rabu kamis jumat sabtu minggu
        ko: 월요일~ 화요일~ 수요일~ 목요일~ 금요일~ 토요일~ 일요일~

        [months]
        en: january february march april may june july august september october november december
        de: januar februar märz april mai juni juli august september oktober november dezember
        fr: janvier février mars avril mai juin juillet août septembre octobre novembre décembre
        es: enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
        it: gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre
        pt: janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro
        nl: januari februari maart april mei juni juli augustus september oktober november december
        sv: januari februari mars april maj juni juli augusti september oktober november december
        da: januar februar marts april maj juni juli august september oktober november december
        nb: januar februar mars april mai juni juli august september oktober november desember
        fi: tammikuut~=tammik~ helmikuut~=helmik~ maaliskuut~=maalisk~ huhtikuut~=huhtik~ toukokuut~=toukok~ kesäkuut~=kesäk~ heinäkuut~=heinäk~ elokuut~=elok~ syyskuut~=syysk~ lokakuut~=lokak~ marraskuut~=marrask~ joulukuut~=jouluk~
        pl: styczn~=styczeń~ luteg~=luty marc~=marzec~ kwietn~=kwiecień~ maja=maj czerwc~=czerwiec~ lipc~=lipiec~ sierpn~=sierpień~ wrześn~=wrzesień~ październik~ listopad~ grudn~=grudzień~
        cs: ledn~=leden~ únor~=únor březn~=březen~ dubn~=duben~ květn~=květen~ červn~=červen~ červenc~=červenec~ srpn~=srpen~ září říjn~=říjen~ listopad~ prosinc~=prosinec~
        sk: január~ február~ marc~=marec~ apríl~ mája=máj júna=jún júla=júl august~ septembr~=september~ októbr~=október~ novembr~=november~ decembr~=december~
        hu: január~ február~ március~ április~ május~ június~ július~ augusztus~ szeptember~ október~ november~ december~
        ro: ianuar~ februar~ mart~ april~ mai iun~ iul~ august~ septembr~ octombr~ noiembr~ decembr~
        el: ιανουαρ~=ιανουάρ~ φεβρουαρ~=φεβρουάρ~ μαρτ~=μάρτ~ απριλ~=απρίλ~ μαΐ~ ιουν~=ιούν~ ιουλ~=ιούλ~ αυγούστ~=αύγουστ~ σεπτεμβρ~=σεπτέμβρ~ οκτωβρ~=οκτώβρ~ νοεμβρ~=νοέμβρ~ δεκεμβρ~=δεκέμβρ~
        ru: январ~ феврал~ март~=март апрел~ мая=май июня=июнь июля=июль август~ сентябр~ октябр~ ноябр~ декабр~
        uk: січн~=січен~ лютог~=лют~ березн~=березен~ квітн~=квітен~ травн~=травен~ червн~=червен~ липн~=липен~ серпн~=серпен~ вересн~=вересен~ жовтн~=жовтен~ листопад~ грудн~=груден~
        bg: януар~ февруар~ март април~ май юни юли август~ септемвр~ октомвр~ ноемвр~ декемвр~
        sr: јануар~ фебруар~ март април~ мај јун јул август~ септембар~ октобар~ новембар~ децембар~
        hr: siječnj~=siječanj~ veljač~ ožujk~=ožujak~ travnj~=travanj~ svibnj~=svibanj~ lipnj~=lipanj~ srpnj~=srpanj~ kolovoz~ rujn~=rujan~ listopad~ studenog~=studen~ prosinc~=prosinac~
        tr: ocak şubat~ mart nisan~ mayıs~ haziran~ temmuz~ ağustos~ eylül~ ekim kasım~ aralık~
        ar: يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر
        fa: ژانویهٔ=ژانویه فوریهٔ=فوریه مارس آوریل مهٔ=مه ژوئن ژوئیهٔ=ژوئیه اوت سپتامبر اکتبر نوامبر دسامبر
        hi: जनवरी फरवरी=फ़रवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर=सितम्बर अक्टूबर नवंबर=नवम्बर दिसंबर=दिसम्बर
        id: januari februari maret april mei juni juli agustus september oktober november desember
        he: ינואר=בינואר=לינואר פברואר=בפברואר=לפברואר מרץ=במרץ=למרץ אפריל=באפריל=לאפריל מאי=במאי=למאי יוני=ביוני=ליוני יולי=ביולי=ליולי אוגוסט=באוגוסט=לאוגוסט ספטמבר=בספטמבר=לספטמבר אוקטובר=באוקטובר=לאוקטובר נובמבר=בנובמבר=לנובמבר דצמבר=בדצמבר=לדצמבר

        [numbers]
        en: two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety
        de: zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig einhundert eintausend
        fr: deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize vingt trente quarante cinquante soixante cent mille
        es: dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete dieciocho diecinueve veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa cien mil
        it: due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici quindici sedici diciassette diciotto diciannove venti trenta quaranta cinquanta sessanta settanta ottanta novanta cento mille
        pt: dois três quatro cinco seis sete oito nove dez onze doze treze catorze quinze dezasseis dezassete dezoito dezanove vinte trinta quarenta cinquenta sessenta setenta oitenta noventa cem mil
        nl: twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien zestien zeventien achttien negentien twintig dertig veertig vijftig zestig zeventig tachtig negentig honderd duizend
        sv: två tre fyra fem sex sju åtta nio tio elva tolv tretton fjorton femton sexton sjutton arton nitton tjugo trettio förtio femtio sextio sjuttio åttio nittio etthundra etttusen
        da: to tre fire fem seks syv otte ni ti elleve tolv tretten fjorten femten seksten sytten atten nitten tyve tredive fyrre halvtreds treds halvfjerds firs halvfems ethundrede ettusind
        nb: to tre fire fem seks syv åtte ni ti elleve tolv tretten fjorten femten seksten sytten atten nitten tjue tretti førti femti seksti sytti åtti nitti
        fi: kaksi~ kolme~ neljä~ viisi~ kuusi~ seitsemän~ kahdeksan~ yhdeksän~ kymmenen~ yksitoista~ kaksitoista~ kolmetoista~ neljätoista~ viisitoista~ kuusitoista~ seitsemäntoista~ kahdeksantoista~ yhdeksäntoista~ kaksikymmentä~ kolmekymmentä~ neljäkymmentä~ viisikymmentä~ kuusikymmentä~ seitsemänkymmentä~ kahdeksankymmentä~ yhdeksänkymmentä~ sata~ tuhat~ miljoona~
        pl: dwa trzy~ cztery~ pięć~ sześć~ siedem~ osiem~ dziewięć~ dziesięć~ jedenaście~ dwanaście~ trzynaście~ czternaście~ piętnaście~ szesnaście~ siedemnaście~ osiemnaście~ dziewiętnaście~ dwadzieścia~ trzydzieści~ czterdzieści~ pięćdziesiąt~ sześćdziesiąt~ siedemdziesiąt~ osiemdziesiąt~ dziewięćdziesiąt~ sto tysiąc~ milion~
        cs: dva tři čtyři~ pět šest~ sedm~ osm devět~ deset~ jedenáct~ dvanáct~ třináct~ čtrnáct~ patnáct~ šestnáct~ sedmnáct~ osmnáct~ devatenáct~ dvacet~ třicet~ čtyřicet~ padesát~ šedesát~ sedmdesát~ osmdesát~ devadesát~ sto tisíc~ milion~
        sk: dva tri štyri~ päť šesť~ sedem~ osem~ deväť~ desať~ jedenásť~ dvanásť~ trinásť~ štrnásť~ pätnásť~ šestnásť~ sedemnásť~ osemnásť~ devätnásť~ dvadsať~ tridsať~ štyridsať~ päťdesiat~ šesťdesiat~ sedemdesiat~ osemdesiat~ deväťdesiat~ sto tisíc~ milión~
        hu: kettő~ három~ négy~ öt hat hét nyolc~ kilenc~ tíz tizenegy~ tizenkettő~ tizenhárom~ tizennégy~ tizenöt~ tizenhat~ tizenhét~ tizennyolc~ tizenkilenc~ húsz~ harminc~ negyven~ ötven~ hatvan~ hetven~ nyolcvan~ kilencven~ száz~ ezer~ egymillió~
        ro: doi trei~ patru~ cinci~ șase~ șapte~ opt nouă~ zece~ unsprezece~ doisprezece~ treisprezece~ paisprezece~ cincisprezece~ șaisprezece~ șaptesprezece~ optsprezece~ nouăsprezece~ douăzeci~ treizeci~ patruzeci~ cincizeci~ șaizeci~ șaptezeci~ optzeci~ nouăzeci~
        uk: два три чотири~ п'ять~ шість~ сім вісім~ дев'ять~ десять~ одинадцять~ дванадцять~ тринадцять~ чотирнадцять~ п'ятнадцять~ шістнадцять~ сімнадцять~ вісімнадцять~ дев'ятнадцять~ двадцять~ тридцять~ сорок~ п'ятдесят~ шістдесят~ сімдесят~ вісімдесят~ дев'яносто~ сто
        hr: dva tri četiri~ pet šest~ sedam~ osam~ devet~ deset~ jedanaest~ dvanaest~ trinaest~ četrnaest~ petnaest~ šesnaest~ sedamnaest~ osamnaest~ devetnaest~ dvadeset~ trideset~ četrdeset~ pedeset~ šezdeset~ sedamdeset~ osamdeset~ devedeset~ sto
        tr: iki üç dört~ beş altı~ yedi~ sekiz~ dokuz~ on onbir~ oniki~ onüç~ ondört~ onbeş~ onaltı~ onyedi~ onsekiz~ ondokuz~ yirmi~ otuz~ kırk~ elli~ altmış~ yetmiş~ seksen~ doksan~ yüz bin birmilyon~
        ar: اثنان=اثنين=اثنتان ثلاثة=ثلاث أربعة=أربع خمسة=خمس ستة=ست سبعة=سبع ثمانية=ثماني=ثمان تسعة=تسع عشرة=عشر عشرون=عشرين ثلاثون=ثلاثين أربعون=أربعين خمسون=خمسين ستون=ستين سبعون=سبعين ثمانون=ثمانين تسعون=تسعين مئة=مائة مئتان=مئتين=مئتا ألف ألفان=ألفين آلاف مليون=مليونا مليار نصف ربع ثلث
        he: שתיים שלוש ארבע חמש שש שבע שמונה תשע עשר עשרים שלושים ארבעים חמישים שישים שבעים שמונים תשעים מאה אלף מיליון
        fa: دو سه چهار پنج شش هفت هشت نه ده یازده دوازده سیزده چهارده پانزده شانزده هفده هجده نوزده بیست سی چهل پنجاه شصت هفتاد هشتاد نود صد هزار
        vi: hai ba bốn năm sáu bảy tám chín mười
        id: dua tiga empat lima enam tujuh delapan sembilan sepuluh sebelas seratus seribu
        el: δύο τρεις=τρία τέσσερις=τέσσερα πέντε έξι επτά=εφτά οκτώ=οχτώ εννέα=εννιά δέκα έντεκα δώδεκα δεκατρία~ είκοσι τριάντα σαράντα πενήντα εξήντα εβδομήντα ογδόντα ενενήντα εκατό χίλια εκατομμύρι~
        bg: два=две три четири пет шест седем осем девет десет единадесет единайсет дванадесет=дванайсет двадесет тридесет четиридесет петдесет шестдесет седемдесет осемдесет деветдесет сто хиляд~ милион~
        ru: два=две=двух=двум=двумя три=трёх=трех=тремя=трём=трем четыре=четырёх=четырех пят~ шест~ сем~ восем~=восьм~ девят~ десят~ одиннадцат~ двенадцат~ пятнадцат~ двадцат~ тридцат~ сорок~ пятьдесят~ шестьдесят~ семьдесят~ восемьдесят~ девяност~ сто тысяч~ миллион~ миллиард~
        hi: दो तीन चार पांच=पाँच छह=छः सात आठ नौ दस ग्यारह बारह तेरह चौदह पंद्रह सोलह सत्रह अठारह उन्नीस बीस पच्चीस तीस चालीस पचास साठ सत्तर अस्सी नब्बे सौ हजार=हज़ार लाख करोड़ अरब आधा=आधे डेढ़ ढाई पहला=पहली दूसरा=दूसरी=दूसरे तीसरा=तीसरी चौथा=चौथी
        ko: 한 두 세 네 다섯 여섯 일곱 여덟 아홉 열 스무 서른 마흔 쉰 첫 둘째 셋째 하나 둘 셋 넷 하루~ 이틀~ 사흘~ 나흘~ 닷새~ 열흘~
        ar: الأول=الأولى الثاني=الثانية الثالث=الثالثة الرابع=الرابعة الخامس=الخامسة السادس=السادسة السابع=السابعة الثامن=الثامنة التاسع=التاسعة العاشر=العاشرة

        [days]
        en: yesterday today tomorrow tonight
        en: last next this
        de: gestern heute morgen übermorgen vorgestern
        fr: hier aujourd demain
        es: ayer hoy mañana anteayer
        it: ieri oggi domani
        pt: ontem hoje amanhã
        nl: gisteren vandaag morgen
        sv: igår idag imorgon
        pl: wczoraj dzisiaj=dziś jutro
        cs: včera dnes zítra
        sk: včera dnes zajtra
        ru: вчера сегодня завтра послезавтра позавчера
        uk: вчора сьогодні завтра
        bg: вчера днес утре
        sr: јуче данас сутра
        hr: jučer danas sutra
        hu: tegnap ma holnap
        fi: eilen tänään huomenna
        ro: ieri azi=astăzi mâine
        el: χθες=χτες σήμερα αύριο
        tr: dün bugün yarın
        fa: دیروز امروز فردا
        he: אתמול היום מחר
        vi: qua nay
        id: kemarin besok lusa
        ko: 그저께~ 어제~ 오늘~ 내일~ 모레~ 작년~ 올해~ 내년~ 지난주~ 이번주~ 다음주~ 지난달~ 이달~ 다음달~
        ko: 오전~ 오후~ 아침 저녁 새벽
        ko: 지난 이번 다음
        ar: أمس اليوم غدا=غداً
        ar: الماضي=الماضية القادم=القادمة=المقبل=المقبلة الحالي=الحالية=الجاري
        ar: صباح=صباحا=صباحاً ظهرا=ظهراً عصرا=عصراً مساء=مساءً ليلا=ليلاً
        hi: परसों कल आज
        hi: पिछले=पिछली अगले=अगली
        hi: सुबह दोपहर शाम रात

        [opposites]
        en: rise=rises=rose=risen fall=falls=fell=fallen
        en: increase=increases=increased decrease=decreases=decreased
        en: higher lower
        en: high low
        en: up down
        en: more less=fewer
        en: most least
        en: before after
        en: above below
        en: over under
        en: win=wins=won lose=loses=lost draw=drew
        en: victory defeat
        en: open=opens=opened close=closes=closed
        en: opening closing
        en: start=starts=started stop=stops=stopped end=ends=ended
        en: first last
        en: left right
        en: north=northern south=southern east=eastern west=western
        en: buy=buys=bought sell=sells=sold
        en: buyer seller
        en: import=imports export=exports
        en: profit=profits loss=losses
        en: men=male=boys women=female=girls
        en: man woman
        en: boy girl
        en: father mother
        en: son daughter
        en: brother sister
        en: husband wife
        en: accept=accepts=accepted reject=rejects=rejected
        en: approve=approves=approved deny=denies=denied
        en: confirm=confirms=confirmed denies=denied
        en: support=supports=supported oppose=opposes=opposed
        en: for against
        en: guilty innocent
        en: yes no
        en: hot cold
        en: warm cool
        en: big small
        en: large small
        en: long short
        en: old new
        en: early late
        en: day night
        en: morning afternoon evening
        en: spring summer autumn=fall winter
        en: maximum minimum
        en: max min
        en: upper lower
        en: inside outside
        en: with without
        en: daily weekly monthly=mthly quarterly=qtly=qtrly yearly=annual=annually
        en: black white red blue green yellow
        en: gold silver bronze
        en: arrive=arrives=arrived leave=leaves=left depart=departs=departed
        en: enter exit
        en: minutes hours days weeks months years
        en: million billion trillion
        en: teaspoon=tsp tablespoon=tbsp cup
        en: salt sugar
        de: steigt=stieg=stiegen=gestiegen fällt=fiel=fielen=gefallen sinkt=sank=sanken=gesunken
        de: mehr weniger
        de: höher niedriger
        de: vor nach
        de: über unter
        de: gewinnt=gewann=gewonnen verliert=verlor=verloren
        de: sieg niederlage unentschieden
        de: öffnet=geöffnet=offen schließt=geschlossen=zu
        de: links rechts
        de: norden=nord=nördlich süden=süd=südlich osten=ost=östlich westen=west=westlich
        de: kauf=kaufen=kaufte verkauf=verkaufen=verkaufte
        de: männer frauen
        de: mann frau
        de: vater mutter
        de: sohn tochter
        de: bruder schwester
        de: für gegen
        de: ja nein
        de: mit ohne
        de: täglich wöchentlich monatlich jährlich
        de: minuten stunden tage wochen monate jahre
        de: millionen milliarden
        de: frühling frühjahr sommer herbst winter
        de: neu alt
        de: groß klein
        de: lang kurz
        de: hinauf hinab
        de: warm kalt
        de: erste=erster=ersten letzte=letzter=letzten
        de: schuldig unschuldig
        de: gewinn verlust
        de: einfuhr=import ausfuhr=export
        fr: hausse=augmentation=augmente baisse=diminution=diminue
        fr: plus moins
        fr: avant après
        fr: gagne=gagné=remporte perd=perdu
        fr: victoire défaite
        fr: gauche droite
        fr: nord sud est ouest
        fr: hommes femmes
        fr: homme femme
        fr: père mère
        fr: fils fille
        fr: frère sœur
        fr: pour contre
        fr: oui non
        fr: avec sans
        fr: minutes heures jours semaines mois ans=années
        fr: millions milliards
        fr: ouvre=ouvert=ouverture ferme=fermé=fermeture
        fr: achat=acheter vente=vendre
        es: sube=subió=aumenta=aumentó baja=bajó=disminuye=disminuyó
        es: más menos
        es: antes después
        es: gana=ganó pierde=perdió empata=empató
        es: victoria derrota empate
        es: izquierda derecha
        es: norte sur este oeste
        es: hombres mujeres
        es: hombre mujer
        es: padre madre
        es: hijo hija
        es: hermano hermana
        es: favor contra
        es: sí no
        es: con sin
        es: minutos horas días semanas meses años
        es: millones
        es: abre=abierto=apertura cierra=cerrado=cierre
        es: compra venta
        it: sale=salito=aumenta=aumento scende=sceso=diminuisce=calo
        it: più meno
        it: prima dopo
        it: vince=vinto perde=perso pareggia
        it: vittoria sconfitta pareggio
        it: sinistra destra
        it: nord sud est ovest
        it: uomini donne
        it: uomo donna
        it: padre madre
        it: figlio figlia
        it: fratello sorella
        it: minuti ore giorni settimane mesi anni
        it: milioni miliardi
        it: apre=aperto chiude=chiuso
        it: con senza
        it: favore contro
        pt: sobe=subiu=aumenta=aumentou desce=desceu=cai=caiu=diminui
        pt: mais menos
        pt: antes depois
        pt: vence=venceu=ganha=ganhou perde=perdeu empata=empatou
        pt: vitória derrota empate
        pt: esquerda direita
        pt: norte sul leste oeste
        pt: homens mulheres
        pt: homem mulher
        pt: pai mãe
        pt: filho filha
        pt: irmão irmã
        pt: minutos horas dias semanas meses anos
        pt: milhões bilhões=mil
        pt: abre=aberto fecha=fechado
        pt: com sem
        ru: вырос~=выросл~=повысил~=увеличил~=поднял~ упал~=снизил~=уменьшил~=сократил~
        ru: рост падени~=снижени~
        ru: больше меньше
        ru: выше ниже
        ru: до после
        ru: выиграл~=победил~ проиграл~=уступил~
        ru: победа=победу=победы поражени~ ничья=ничью
        ru: налево=слева=левый=левая=левой направо=справа=правый=правая=правой
        ru: север~ юг юге южн~ восток~=восточн~ запад~
        ru: мужчин~ женщин~
        ru: отец=отца мать=матери
        ru: сын=сына дочь=дочери
        ru: брат=брата сестра=сестры
        ru: да нет
        ru: открыл~=открыт~ закрыл~=закрыт~
        ru: купил~=покупк~ продал~=продаж~
        ru: минут~ час=часа=часов день=дня=дней недел~ месяц~ год=года=лет
        ru: миллион~ миллиард~ тысяч~
        ru: прибыл~ убыт~
        ru: импорт~ экспорт~
        ru: утром днём=днем вечером ночью
        ru: летом зимой весной осенью
        pl: wzrósł=wzrosła=wzrosło=wzrosły spadł=spadła=spadło=spadły
        pl: więcej mniej
        pl: przed po
        pl: wygrał=wygrała=wygrali przegrał=przegrała=przegrali zremisował=zremisowali
        pl: lewo=lewej=lewy prawo=prawej=prawy
        pl: północ~ południ~ wsch~ zach~
        pl: mężczyzn~ kobiet~
        pl: ojciec=ojca matka=matki
        pl: syn=syna córka=córki
        pl: brat=brata siostra=siostry
        pl: minut~ godzin~ dni=dzień tygod~ miesi~ lat=lata=rok
        pl: milion~ miliard~
        pl: otwart~=otwarci~ zamkni~
        pl: kupn~=zakup~ sprzeda~
        ko: 전 후
        ko: 앞 뒤
        ko: 위 아래~
        ko: 왼쪽~ 오른쪽~
        ko: 동 서 남 북
        ko: 남 여
        ko: 남자~ 여자~
        ko: 상행~ 하행~
        ko: 상승~ 하락~
        ko: 급등~ 급락~
        ko: 인상~ 인하~
        ko: 올리~ 내리~
        ko: 오르~ 내리~
        ko: 늘 줄 빠
        ko: 증가~ 감소~
        ko: 흑자~ 적자~
        ko: 수출~ 수입~
        ko: 여당~ 야당~
        ko: 가결~ 부결~
        ko: 찬성~ 반대~
        ko: 유죄~ 무죄~
        ko: 인정~ 부인~
        ko: 체포~ 석방~
        ko: 기각~ 인용~
        ko: 원고~ 피고~
        ko: 갑 을 병
        ko: 임대인~ 임차인~
        ko: 매수~ 매도~
        ko: 사 팔
        ko: 가능~ 불가능~ 불가~
        ko: 허용~ 금지~
        ko: 됩니다~ 안
        ko: 있 없
        ko: 켜 꺼
        ko: 켜지~ 꺼지~
        ko: 열 닫
        ko: 입학~ 졸업~
        ko: 임명~ 해임~
        ko: 재개~ 중단~
        ko: 추진~ 철회~
        ko: 이기~ 지
        ko: 이겼~ 졌
        ko: 많 적
        ko: 높 낮
        ko: 크 작
        ko: 길 짧
        ko: 강 약
        ko: 뜨거~ 차가~
        ko: 찬물~ 뜨거운물~
        ko: 냉방~ 난방~
        ko: 무료~ 유료~
        ko: 평일~ 주말~
        ko: 민사~ 형사~
        ko: 큰술~ 작은술~ 컵
        ko: 금메달~ 은메달~ 동메달~
        ko: 봄 여름~ 가을~ 겨울~
        ko: 돼지~ 소 닭 양 오리~
        ko: 흰자~ 노른자~
        ko: 경상~ 전라~ 충청~ 강원~ 경기~
        ko: 북도~ 남도~
        ko: 남반구~ 북반구~
        ko: 새 중고~
        ko: 최고~ 최저~ 최대~ 최소~ 최다~
        ko: 형 동생~ 누나~ 언니~ 오빠~
        ko: 할머니~ 할아버지~
        ko: 엄마~ 아빠~ 아이~
        ko: 초기~ 말기~
        ko: 이상~ 이하~ 미만~ 초과~ 이내~
        ko: 미세요~ 당기세요~
        ko: 직진~ 좌회전~ 우회전~
        ar: قبل بعد أثناء
        ar: فوق تحت
        ar: يمين يسار شمال
        ar: اليمين اليسار
        ar: اليمنى اليسرى الأيمن الأيسر
        ar: شمال جنوب شرق غرب وسط
        ar: شرقية غربية شمالية جنوبية
        ar: ارتفعت انخفضت تراجعت
        ar: ارتفع انخفض تراجع
        ar: ارتفاع انخفاض تراجع
        ar: زادت تراجعت نقصت
        ar: رفع خفض تثبيت
        ar: فاز خسر تعادل
        ar: فازت خسرت
        ar: تغلب خسر
        ar: شراء بيع إيجار
        ar: للبيع للإيجار للشراء
        ar: البائع المشتري
        ar: المؤجر المستأجر
        ar: المدعي المدعى
        ar: أكد نفى
        ar: وافق رفض
        ar: قبلت رفضت
        ar: قبل رفض
        ar: لصالح ضد
        ar: مع ضد
        ar: يجوز لا
        ar: يسمح يمنع
        ar: ممنوع مسموح
        ar: براءة إدانة
        ar: ببراءة بإدانة
        ar: صادرات واردات
        ar: أرباح خسائر
        ar: أرباحاً خسائر
        ar: مجاني برسوم مدفوع
        ar: افتتاح إغلاق
        ar: بدء انتهاء
        ar: مفتوح مغلق
        ar: شغل أطفئ
        ar: يتقدم يتراجع
        ar: تقل تزيد
        ar: أكثر أقل
        ar: أعلى أدنى
        ar: العظمى الصغرى
        ar: أكبر أصغر
        ar: كبيرة صغيرة
        ar: كبير صغير
        ar: طويل قصير
        ar: كامل خالي
        ar: هادئة عالية
        ar: مبكرة متأخرة
        ar: من حتى إلى
        ar: المعارضة الحكومة
        ar: الذهبية الفضية البرونزية
        ar: الرجال السيدات
        ar: رجالي نسائي
        ar: للأم للأب
        ar: الأب الأم الابن البنت
        ar: بياض صفار
        ar: أسود أبيض أحمر أخضر أزرق أصفر
        ar: الحليب الماء الزيت
        ar: الدجاج اللحم السمك
        ar: الخارجية الداخلية الدفاع المالية العدل
        hi: पहले बाद दौरान
        hi: ऊपर नीचे
        hi: दाएं बाएं
        hi: दाईं बाईं
        hi: उत्तर दक्षिण पूर्व पश्चिम
        hi: उत्तरी दक्षिणी पूर्वी पश्चिमी
        hi: अंदर बाहर
        hi: किनारे पार
        hi: जीत हार
        hi: जीता हारा
        hi: पास फेल
        hi: बढ़े घटे
        hi: बढ़ा घटा
        hi: बढ़ाया घटाया
        hi: बढ़ने घटने
        hi: बढ़ाने घटाने
        hi: तेजी गिरावट
        hi: चढ़कर गिरकर
        hi: वृद्धि कमी
        hi: सुधार गिरावट
        hi: मजबूत कमजोर
        hi: मुनाफा घाटा
        hi: निर्यात आयात
        hi: खरीदना बेचना किराए
        hi: खरीदने बेचने
        hi: क्रेता विक्रेता
        hi: किरायेदार मालिक
        hi: वादी प्रतिवादी
        hi: समर्थन विरोध
        hi: पारित नामंजूर
        hi: मंजूर खारिज
        hi: दोषी निर्दोष
        hi: कबूल इनकार
        hi: पुष्टि खंडन
        hi: शुरू खत्म समाप्त
        hi: खोलने बंद
        hi: खुला बंद
        hi: चालू बंद
        hi: लागू निरस्त
        hi: मिलने छूटने
        hi: पूरा अधूरा
        hi: पूरी आधी
        hi: अधिकतम न्यूनतम
        hi: अधिक कम
        hi: ज्यादा कम
        hi: बड़े छोटे
        hi: बड़ा छोटा
        hi: बड़ी छोटी
        hi: तेज धीमी मध्यम
        hi: गर्म ठंडे
        hi: निशुल्क सशुल्क
        hi: पसंद नापसंद
        hi: बढ़िया घटिया
        hi: पॉजिटिव नेगेटिव
        hi: पुरुष महिला
        hi: मां बाप बेटा बेटी
        hi: भाई बहन
        hi: स्वर्ण रजत कांस्य
        hi: कृष्ण शुक्ल
        hi: सत्ता विपक्ष
        hi: निजी सरकारी
        hi: सूर्योदय सूर्यास्त
        hi: लाल नीले हरे पीले काले सफेद
        hi: चीनी नमक
        hi: राई जीरा
        hi: मुर्गे बकरे
        hi: सूती रेशमी
        hi: गृह रक्षा वित्त विदेश
        hi: जेल जमानत
        hi: मारा पकड़ा
        """#
}
