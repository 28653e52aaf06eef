"""The words that dates are made of: months, halves of the day and time zones, folded as `dates` folds them.

Arabic keys have bare alef, final heh for teh marbuta and yeh for alef maqsura; Greek ones no accents, and one sigma.
"""

from __future__ import annotations

_MONTH_NAMES: tuple[str, ...] = (
    # English, French, German, Spanish, Italian and Turkish; Egypt and the Gulf; the Levant and Iraq;
    # Algeria and Tunisia; Morocco; Mauritania; Persian spellings of Gregorian months.
    "jan january janv janvier januar enero ene gennaio gen ocak يناير جانفي كانون_الثاني ينيار ژانويه جنوري",
    "feb february févr fevr février fevrier februar febrero febbraio şubat فبراير فيفري شباط فبرابر فوريه",
    "mar march mars märz marzo mart مارس اذار ادار مارث",
    "apr april avr avril abril abr aprile nisan ابريل افريل نيسان اوريل",
    "may mai mayo maggio mag mayıs مايو ماي ايار مايس مه مايه",
    "jun june juin juni junio giugno giu haziran يونيو يونيه جوان حزيران ژوئن",
    "jul july juil juillet juli julio luglio lug temmuz يوليو يوليه يوليوز جويليه تموز ژوئيه",
    "aug august août aout agosto ago ağustos اغسطس اوت غشت اغشت اب اوغسطس",
    "sep sept september septembre septiembre settembre set eylül سبتمبر شتنبر شتمبر ايلول سپتامبر",
    "oct october octobre oktober okt octubre ottobre ott ekim اكتوبر تشرين_الاول تشرين_اول اكتبر",
    "nov november novembre noviembre kasım نوفمبر نونبر تشرين_الثاني تشرين_ثاني تشرين_ثان نوامبر",
    "dec december décembre decembre dezember dez diciembre dic dicembre aralık ديسمبر دجنبر دجمبر كانون_الاول دسامبر",
)
_MORE_MONTH_NAMES: tuple[str, ...] = (
    # Portuguese, Dutch, Scandinavian, Romanian, Hungarian, Polish, Czech; Greek without accents; Russian, Ukrainian;
    # Hebrew; Urdu.
    "janeiro januari ian ianuarie január sty stycznia ledna ιαν ιανουαριου янв января январь січня ינואר "
    "كانون_ثاني كانون_ثان",
    "fevereiro fev februari februarie február febr lut lutego února φεβ φεβρουαριου фев февраля февраль лютого "
    "פברואר فروري",
    "março maart mrt maret martie március márc marca března μαρ μαρτιου мар марта март березня מרץ مارچ",
    "aprilie április ápr kwi kwietnia dubna απρ απριλιου апр апреля апрель квітня אפריל اپريل",
    "maio mei maj május máj maja května μαι μαιου мая май травня מאי مئي",
    "junho iun iunie június jún cze czerwca června ιουν ιον ιουνιου июн июня июнь червня יוני جون",
    "julho iul iulie július júl lip lipca července ιουλ ιολ ιουλιου июл июля июль липня יולי جولائي",
    "augustus augusti agustus augusztus sie sierpnia srpna αυγ αυγουστου авг августа август серпня אוגוסט اگست",
    "setembro septembrie szeptember szept wrz września září σεπ σεπτ σεπτεμβριου сен сент сентября сентябрь вересня "
    "ספטמבר ستمبر",
    "outubro out octombrie október paź października října οκτ οκτωβριου окт октября октябрь жовтня אוקטובר",
    "novembro noi noiembrie lis listopada listopadu νοε νοεμβριου ноя нояб ноября ноябрь листопада נובמבר نومبر",
    "dezembro des desember decembrie gru grudnia prosince δεκ δεκεμβριου дек декабря декабрь грудня דצמבר دسمبر "
    "كانون_اول",
)
MONTHS: dict[str, int] = {
    name.replace("_", " "): number
    for names in (_MONTH_NAMES, _MORE_MONTH_NAMES)
    for number, line in enumerate(names, 1)
    for name in line.split()
}

DAY_HALVES: dict[str, int] = {
    "am": 0, "pm": 12, "ص": 0, "م": 12, "صباحا": 0, "مساء": 12, "ظهرا": 12,
    "عصرا": 12, "مساءا": 12, "فجرا": 0, "ليلا": 12, "قظ": 0, "بظ": 12,
    "matin": 0, "soir": 12, "오전": 0, "오후": 12, "午前": 0, "午後": 12, "上午": 0, "下午": 12,
}  # fmt: skip

_HOURS_EAST: dict[str, float] = {
    "ut": 0, "utc": 0, "gmt": 0, "z": 0, "wet": 0, "غرينتش": 0, "جرينتش": 0, "غرينيتش": 0, "جرينيتش": 0,
    "bst": 1, "cet": 1, "west": 1, "met": 1, "mez": 1, "wat": 1,
    "cest": 2, "mest": 2, "mesz": 2, "eet": 2, "cat": 2, "sast": 2, "ist": 5.5,
    "eest": 3, "msk": 3, "eat": 3, "trt": 3, "مكه": 3, "الرياض": 3, "بغداد": 3, "الدوحه": 3, "الكويت": 3, "السعوديه": 3,
    "irst": 3.5, "طهران": 3.5, "gst": 4, "دبي": 4, "ابوظبي": 4, "الامارات": 4, "مسقط": 4,
    "دمشق": 3, "صنعاء": 3, "عدن": 3, "المنامه": 3, "عمان": 3, "القاهره": 2, "بيروت": 2, "القدس": 2, "طرابلس": 2,
    "الخرطوم": 2, "الجزائر": 1, "تونس": 1, "الرباط": 1, "نواكشوط": 0,
    "riyadh": 3, "baghdad": 3, "kuwait": 3, "qatar": 3, "bahrain": 3, "aden": 3, "damascus": 3, "amman": 3, "dubai": 4,
    "muscat": 4, "cairo": 2, "beirut": 2, "jerusalem": 2, "gaza": 2, "tripoli": 2, "khartoum": 2, "algiers": 1,
    "tunis": 1, "casablanca": 1,
    "pkt": 5, "npt": 5.75, "ict": 7, "wib": 7,
    "hkt": 8, "sgt": 8, "awst": 8, "jst": 9, "kst": 9, "acst": 9.5, "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13,
    "brt": -3, "art": -3, "nst": -3.5, "ndt": -2.5, "adt": -3, "ast": -4, "edt": -4, "est": -5,
    "cdt": -5, "cst": -6, "mdt": -6,
    "mst": -7, "pdt": -7, "pst": -8, "akdt": -8, "akst": -9, "hst": -10, "et": -5, "ct": -6, "mt": -7, "pt": -8,
}  # fmt: skip
# Cities stand for their winter time: an hour amiss in summer is less than the two or three that UTC would be.
ZONES: dict[str, int] = {name: round(hours * 60) for name, hours in _HOURS_EAST.items()}
