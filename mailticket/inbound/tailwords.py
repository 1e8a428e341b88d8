"""The words of phones, notices, footers and closing formulas, as programs and offices write them in the languages of `quotewords`.

All are compared folded (`quotewords.fold`).
"""

import re

from mailticket.inbound.quotewords import fold


def _words(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(fold(word.strip()) for word in text.replace("\n", ";").split(";") if word.strip()))


SENT = _words("""sent from;sent via;sent with;sent using;sent by;sent on;get outlook for;get gmail for;composed on;written on my
أرسلت من;أرسلت هذه الرسالة من;أرسلت بواسطة;أرسلت عبر;أرسلت باستخدام;أرسل من;أرسل بواسطة;مرسل من;مرسلة من;مرسل عبر;مرسل بواسطة;مرسلة عبر
مرسل باستخدام;مرسلة باستخدام;get bluemail for
تم الإرسال من;تم الإرسال بواسطة;تم الإرسال عبر;تم الإرسال باستخدام;تم إرسالها من;تم إرساله من;تم إرسال هذه الرسالة من;تم إرسالها بواسطة
تم إرسال هذا البريد من;تم إرسال من;تم ارساله من;تم إرسال هذه الرسالة بواسطة;تم إرسالها عبر
تم إرسال الرسالة من;الحصول على outlook;احصل على outlook
تنزيل outlook;نزل outlook;نزّل outlook;من هاتفي;من جوالي;أرسلت من بريد;أرسلت من هاتف;من الـ iphone;من جهازي
gesendet von;gesendet mit;gesendet aus;gesendet über;von meinem;diese nachricht wurde von;outlook für;holen sie sich outlook
laden sie outlook
envoyé de;envoyé depuis;envoyé à partir de;envoyé avec;envoyé par;télécharger outlook;obtenir outlook;téléchargez outlook;provenance :
enviado desde;enviado con;enviado mediante;enviado por;obtener outlook;descargar outlook;enviado a través de
enviado do;enviado da;enviado de;enviado via;obter o outlook;obtenha o outlook;baixe o outlook
inviato da;inviato dal;inviato con;inviato tramite;ottieni outlook;scarica outlook
verzonden vanaf;verzonden met;verzonden via;verstuurd vanaf;verstuurd met;verzonden vanuit;outlook downloaden;outlook voor
skickat från;skickades från;skickat med;hämta outlook;sendt fra;sendt med;sendt via;hent outlook;få outlook
lähetetty;hanki outlook;saadetud minu;nosūtīts no;išsiųsta iš;wysłane z;wysłano z;pobierz outlook;odesláno z;odoslané z;získať outlook
získat outlook;poslano z;poslano s;poslano iz;poslato sa;trimis de pe;trimis din;obțineți outlook;изпратено от;отправлено с;отправлено из
отправлено от;скачать outlook;надіслано з;відправлено з;στάλθηκε από;εστάλη από;נשלח מ;נשלח באמצעות;ارسال شده از;ارسال‌شده از
enviat des de;bidalita;iphone の outlook;dikirim dari;dihantar dari;được gửi từ;đã gửi từ;gửi từ;ส่งจาก;发自我的
來自我的;从我的;傳送自;發自我的;iphone""")
SENT_FIRST = frozenset(phrase.partition(" ")[0] for phrase in SENT)
SENT_WITHIN = _words("""gesendet;gönderildi;gönderilmiştir;küldve;から送信;에서 보냄;发送;傳送;发自;發自;에서 보낸;पर भेजा;से भेजा
سے بھیجا;из мобильной почты""")
DEVICES = _words("""iphone;ipad;ipod;ios;android;samsung;galaxy;huawei;honor;xiaomi;redmi;poco;oppo;vivo;realme;nokia;sony;xperia;htc
motorola;pixel
oneplus;blackberry;windows;phone;outlook;gmail;yahoo;proton;hotmail;mobile;handheld;handset;tablet;smartphone;typeapp;bluemail;airmail
mailbird;thunderbird;em client;zoho;edison;aqua mail;k-9;fairemail;tuta;fastmail;mail.ru;yandex;aol;gmx;web.de;spark;superhuman;wiko
macbook;mailspring;postbox;canary;icloud;mail for;mail app;myjio;verizon;at&t;t-mobile;three;vodafone
هاتف;جوال;جهاز;ايفون;آيفون;أندرويد;اندرويد;سامسونج;سامسونغ;جالكسي;جلاكسي;هواوي;شاومي;بريد;موبايل;آيباد;ايباد;الـ iphone
téléphone;portable;mobil;handy;telefon;teléfono;móvil;celular;cellulare;telefono;телефон;смартфон;устройств
почты;فون;κινητό;電話;手机;手機;휴대;携帯;スマート""")

DISCLAIMERS = re.compile(
    r"(?P<heading>(?:(?:confidentiality|legal|privacy|privileged)\b.{0,24}(?:notice|note|disclaimer|statement|warning)|disclaimer\b|"
    r"important (?:confidentiality )?notice\b|اخلاء (?:ال)?مسؤوليه?ة?|اخلاء طرف|(?:اشعار|تنبيه|تنويه|بيان|ملاحظة) (?:ب?ال)?سري|بيان اخلاء|"
    r"vertraulichkeit|haftungsausschluss|avis de confidentialité|avertissement\s?:|aviso (?:legal|de confidencialidad|"
    r"de confidencialidade)|"
    r"avvertenza|gizlilik|yasal uyari|yasal uyarı|"
    r"(?:please )?(?:consider|think (?:of|about)) (?:the environment|our environment|before (?:you )?print)|"
    r"think before (?:you )?print|save (?:a tree|paper)|فكر(?:وا)? (?:في |ب)البيئة|"
    r"حافظ(?:وا|ي)? علي البيئة|(?:الرجاء|نرجو|يرجي) عدم طباعة هذ[اه]|يرجي مراعاة البيئة|فضلا لا تطبع))|"
    r"(?P<opening>(?:this|the (?:information|content|contents|message)|any (?:views|opinions)|if you (?:are not|have received)|"
    r"e-?mail (?:transmission|disclaimer)|unless otherwise|تنبيه\b|تنويه\b|تحذير\b|ملاحظة (?:هامة|مهمة)|(?:ان )?(?:هذه الرسالة|"
    r"هذا البريد|هذا الايميل|"
    r"المعلومات|محتوي|محتويات|البريد الالكتروني)|(?:قد )?تحتوي (?:هذه الرسالة|هذا البريد)|يحتوي هذا|اذا (?:لم تكن|"
    r"استلمت|وصلتك)|في حال (?:استلام|وصول)|"
    r"diese (?:e-?mail|nachricht)|der inhalt|ce (?:message|courriel|mail|courrier)|les informations|le contenu|"
    r"este (?:mensaje|correo|e-?mail)|"
    r"esta mensagem|la información|le informazioni|questo messaggio|il presente messaggio|ai sensi|dit bericht|deze e-?mail|de informatie|"
    r"bu (?:e-?posta|mesaj|ileti)|ta wiadomość|niniejsza wiadomość|treść|tento e-?mail|tato zpráva|это (?:сообщение|"
    r"письмо)|данное (?:сообщение|письмо)|"
    r"detta (?:meddelande|e-postmeddelande|mejl)|denne (?:e-?mail|e-post|besked)|tämä (?:viesti|sähköposti)))"
)
DISCLAIMER_HINTS = (
    _words("confidential;سري;vertraulich;confidentiel;confidencial;riservat;confidenziali;vertrouwelijk;gizli;poufn;"
           "důvěrn;конфиденциальн;konfidentiell;"
           "fortrolig;luottamukselli"),
    _words("intended;solely;addressee;recipient;مخصص;موجه;المرسل اليه;المرسلة اليه;المقصود;المعني;bestimmt;empfänger;"
           "destiné;destinataire;destinatari;"
           "dirigid;bestemd;geadresseerde;alıcı;adresat;příjemce;адресат;получател;avsedd;modtager;vastaanottaja"),
    _words("delete;destroy;حذف;احذف;اتلاف;مسح;lösch;vernichten;supprim;détrui;elimin;borr;apag;cancell;verwijder;silin;"
           "usun;smaz;удалит;radera;slet"),
    _words("notify;inform the sender;contact the sender;return;ابلاغ;اخطار;اعلام;افادة المرسل;benachrichtig;avertir;"
           "informer;notifi;avis;informar;"
           "waarschuw;bildir;powiadom;сообщит;meddela;underret"),
    _words("in error;by mistake;mistakenly;بالخطا;عن طريق الخطا;خطا;irrtümlich;par erreur;por error;por engano;"
           "per errore;onterecht;yanlış;omył;omyl;ошибк;"
           "av misstag;ved en fejl"),
    _words("copy;copying;disclos;disseminat;distribut;unauthori;prohibited;نسخ;توزيع;افشاء;نشر;يحظر;ممنوع;غير مصرح;"
           "weitergabe;unbefugt;diffusion;interdit;"
           "prohib;divulg;proibid;vietat;verboden;yasak;zabronion;запрещ"),
    _words("liab;responsib;virus;مسؤولي;فيروس;haftung;responsab;aansprakelijk;sorumlu;odpowiedzialn;ответственност"),
    _words("print;اطبع;طبع;طباع;imprim;druck;stamp;yazdır"),
    _words("attachment;مرفق;anhänge;anlagen;pièces jointes;adjunto;anexo;allegat;bijlage;ekleri;załącznik;přílohy;"
           "вложени;privileged;legally;قانون;محمي"),
)
VIRUS_NOTES = re.compile(
    r"(?i)^[\W_]{0,6}(?:virus-?free\b|yahoo mail: search, organi[sz]e, conquer|"
    r"(?:this|the) (?:e-?mail|message) (?:has been|was) (?:checked|"
    r"scanned)\b.{0,60}(?:virus|avast|avg|malware)|"
    r"خالٍ? من الفيروسات|تم فحص (?:هذه الرسالة|هذا البريد).{0,60}(?:فيروس|avast)|diese e-?mail wurde von avast|"
    r"l'absence de virus dans ce courrier|este correo electrónico ha sido comprobado|libre de virus|проверено на вирусы|"
    r"bu e-?posta .{0,40}virüs|no virus found in this|questa e-?mail è stata controllata)"
)
NOTICES = re.compile(
    r"(?i)^[\W_]{0,6}(?:\[?external(?: e-?mail| sender| message)?\]?[\W_]{0,4}$|(?:caution|warning|external|attention)\b[^\n]{0,12}"
    r"(?:this (?:e-?mail|message)|external)\b.{0,80}(?:outside|external|originat)|this (?:e-?mail|"
    r"message) (?:originated|came|is) from outside|"
    r"you don't often get e-?mail from|تنبيه.{0,20}(?:وارد|رسال|بريد).{0,40}(?:خارج|مصدر)|هذه الرسالة (?:واردة|مرسلة) من خارج|"
    r"رسالة خارجية[\W_]{0,4}$|لا تتلقى .{0,30}بريد.{0,10} من)"
)
FOOTER_HINTS = ("ailing ", "subscri", "eceiv", "view it on", "abonner", "de baja", "abzumelden")
FOOTER_HINTS_ARABIC = ("الاشتراك", "الرسالة لأن")
"""The cheap questions before `FOOTERS`, the second in texts that hold more than ASCII."""
NOTICE_FIRST = frozenset(_words(
    "this;the;any;if;email;e-mail;unless;confidentiality;legal;privacy;privileged;disclaimer;important;please;consider;think;save;virus;"
    "virus-free;no;l'absence;libre;проверено;تنبيه;تحذير;ملاحظة;إن;ان;هذه;هذا;المعلومات;محتوى;محتويات;البريد;قد;تحتوي;يحتوي;إذا;في;إخلاء;"
    "إشعار;بيان;فكر;فكروا;حافظ;حافظوا;يرجى;الرجاء;نرجو;تنويه;yahoo;فضلا;خال;خالٍ;تم;diese;der;vertraulichkeit;vertraulichkeitshinweis;haftungsausschluss;ce;les;le;avis;"
    "avertissement;este;esta;la;aviso;questo;questa;il;ai;avvertenza;dit;deze;de;bu;gizlilik;yasal;ta;niniejsza;treść;tento;tato;это;"
    "данное;detta;denne;tämä"
))
"""The first words of `DISCLAIMERS` and `VIRUS_NOTES`: the cheap question before them."""
FOOTERS = re.compile(
    r"(?i)\bmailing list\b.{0,200}(?:@|https?://)|\bto unsubscribe\b|\bunsubscribe from (?:this|the)\b|"
    r"you received this (?:message|email|mail) because|"
    r"you are receiving this (?:because|e-?mail)|reply to this email directly(?:,| or) view it on|manage your subscription|"
    r"لإلغاء الاشتراك|إلغاء الاشتراك (?:من|في)|وصلتك هذه الرسالة لأنك|تتلقى هذه الرسالة لأنك|تلقيت هذه الرسالة لأن|"
    r"se désabonner de|pour vous désabonner|darse de baja de|um sich (?:von dieser liste )?abzumelden"
)
CLOSINGS = frozenset(_words("""best regards;kind regards;warm regards;regards;with regards;best wishes
with best regards;with kind regards;kindest regards
warmest regards;many regards;best;all the best;sincerely;yours sincerely;sincerely yours;yours faithfully;yours truly;respectfully;yours
respectfully yours;cordially;br;rgds;brgds;b. regards;thanks and regards;thanks & regards;thank you and best regards
thanks and best regards
مع التحية;مع تحياتي;مع خالص التحية;مع خالص تحياتي;مع أطيب التحيات;مع أطيب تحياتي;أطيب التحيات;تحياتي;خالص التحية;خالص تحياتي
مع فائق التحية
مع التحية والتقدير;مع خالص التحية والتقدير;مع فائق الاحترام;مع فائق الاحترام والتقدير;وتفضلوا بقبول فائق الاحترام
تفضلوا بقبول فائق الاحترام
وتفضلوا بقبول فائق الاحترام والتقدير;وتقبلوا تحياتي;وتقبلوا خالص تحياتي;تقبلوا تحياتي;تقبلوا فائق التحية;ودمتم;ودمتم بخير;دمتم بخير
دمتم بود
والله يحفظكم;والله الموفق;مع الاحترام;مع وافر التحية;مع وافر الاحترام;ولكم جزيل الشكر والتقدير;مع جزيل الشكر والتقدير;مع الشكر والتقدير
والسلام عليكم;والسلام عليكم ورحمة الله وبركاته;وتقبلوا فائق الاحترام;وتقبلوا فائق الاحترام والتقدير;تحية طيبة;لكم تحياتي;مع تحيات
mit freundlichen grüßen;freundliche grüße;viele grüße;beste grüße;mit besten grüßen;liebe grüße;mfg;lg;mit freundlichem gruß
herzliche grüße
cordialement;bien cordialement;très cordialement;salutations;salutations distinguées;sincères salutations;bien à vous
saludos;un saludo;saludos cordiales;atentamente;cordialmente;un cordial saludo;atenciosamente;cumprimentos;com os melhores cumprimentos
abraços
cordiali saluti;distinti saluti;saluti;un saluto;met vriendelijke groet;met vriendelijke groeten;vriendelijke groet;groeten;mvg
med vänlig hälsning;med vänliga hälsningar;vänliga hälsningar;hälsningar;mvh;med venlig hilsen;venlig hilsen;vennlig hilsen
med vennlig hilsen;hilsen
ystävällisin terveisin;terveisin;pozdrawiam;z poważaniem;z pozdrowieniami;s pozdravem;s pozdravom;lep pozdrav;lijep pozdrav
srdačan pozdrav
üdvözlettel;tisztelettel;cu respect;cu stimă;с уважением;с наилучшими пожеланиями;з повагою;поздрави;με εκτίμηση;saygılarımla
iyi çalışmalar
בברכה;با احترام;hormat saya;salam;salam hormat;trân trọng;此致;敬具;よろしくお願いいたします;감사합니다"""))
