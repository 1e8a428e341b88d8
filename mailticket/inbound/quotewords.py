"""The words by which mail programs introduce somebody else's mail, a row a language, so that a new language is a row and no code.

They are the strings that Gmail, Outlook, Apple Mail, Yahoo, Thunderbird, Roundcube, Samsung and their like put into a mail themselves.
Columns are divided by `|`, words within a column by `;`. All are compared folded: lower case, no tashkeel, plain alef.
"""

import re
import unicodedata

_TASHKEEL = re.compile("[\u0610-\u061a\u064b-\u065f\u0670\u0640]")
_ALIKE = (("أ", "ا"), ("إ", "ا"), ("آ", "ا"), ("ٱ", "ا"), ("ی", "ي"), ("ى", "ي"), ("ک", "ك"), ("’", "'"), ("İ", "i"))


def fold(words: str) -> str:
    """Words as these tables are compared: lower case, composed, Arabic without tashkeel, tatweel and hamza on alef."""
    if words.isascii():
        return words.lower()
    words = unicodedata.normalize("NFC", words)
    for letter, plain in _ALIKE:  # to look for nine letters is quicker than to translate each of a line's
        if letter in words:
            words = words.replace(letter, plain)
    return _TASHKEEL.sub("", words).lower()


# sender | sent | to | copy | subject and other fields of a block
_LABELS = """
ar|من;المرسل;مرسل;الراسل;مرسلة من;جهة الإرسال|تاريخ الإرسال;تم الإرسال;تم الإرسال في;تم إرسالها;أرسلت في;أرسلت;أرسل;مرسل في;المرسلة;\
التاريخ;تاريخ;الوقت;وقت الإرسال;التاريخ والوقت|إلى;إلي;المستلم;المستلمون;المستقبل;المستلمين;لـ|نسخة;نسخة إلى;نسخة كربونية;\
نسخة طبق الأصل;نسخة مخفية;نسخة مخفية الوجهة|الموضوع;موضوع;عنوان الرسالة;الرد إلى;رد إلى;الأهمية;الأولوية;المرفقات;مرفقات
en|from;sender|sent;date;sent on;sent at;date sent;when|to;recipient;recipients|cc;bcc;copy|subject;reply-to;reply to;importance;\
attachments;priority;attachment;organization
de|von;absender;gesendet von|gesendet;datum;gesendet am;gesendet um|an;empfänger|kopie;kopie (cc);blindkopie|betreff;thema;antwort an;\
wichtigkeit;anlagen;priorität
fr|de;expéditeur;de la part de;envoyé par|envoyé;envoyé le;date;date d'envoi;message du;envoyée;date et heure|à;a;pour;\
destinataire;destinataires|copie;copie à;copie carbone|objet;sujet;répondre à;importance;pièces jointes
es|de;remitente;desde|enviado;enviado el;enviado a las;fecha;fecha de envío|para;a;destinatario;destinatarios|copia;con copia|\
asunto;sujeto;tema;responder a;importancia;archivos adjuntos
pt|de;remetente|enviado;enviada;enviado em;enviada em;data;data de envio|para;a;destinatário;destinatários|cópia;com cópia|\
assunto;responder a;responder para;anexos;importância
it|da;mittente|inviato;inviata;data;inviato il;data invio|a;per;destinatario;destinatari|copia;copia conoscenza|oggetto;rispondi a;\
allegati;priorità
ca|de;remitent|enviat;data;enviat el|per a;a;destinatari|còpia|assumpte;tema
gl|de;remitente|enviado;data|para;a|copia|asunto
eu|nork;igorlea|bidalita;data;noiz|nori;hartzailea|kopia|gaia
nl|van;afzender|verzonden;datum;verstuurd;verzonden op;datum verzonden|aan;ontvanger|kopie|onderwerp;betreft;beantwoorden;bijlagen
sv|från;avsändare|skickat;skickades;datum;sänt|till;mottagare|kopia|ämne;svara till;bifogade filer
da|fra;afsender|sendt;dato|til;modtager|kopi|emne;besvar til;vedhæftede filer
nb|fra;avsender|sendt;dato|til;mottaker|kopi|emne;svar til;vedlegg
is|frá;sendandi|sent;dags;dagsetning|til;viðtakandi|afrit|efni
fi|lähettäjä|lähetetty;päivämäärä;päiväys;pvm|vastaanottaja;kenelle|kopio|aihe;vastausosoite;liitteet
et|saatja;kellelt|saadetud;kuupäev;saatmisaeg|adressaat;saaja;kellele|koopia|teema
lv|no;sūtītājs|nosūtīts;datums|kam;adresāts|kopija|tēma;temats
lt|nuo;siuntėjas|išsiųsta;data|kam;skirta;gavėjas;iki|kopija|tema
pl|od;nadawca|wysłano;wysłane;data;data wysłania|do;adresat;odbiorca|dw;kopia|temat;odpowiedź do;załączniki;ważność
cs|od;odesílatel|odesláno;datum;posláno;odeslané|komu;pro;příjemce|kopie|předmět;věc;odpovědět na;přílohy
sk|od;odosielateľ|odoslané;dátum;poslané|komu;pre;príjemca|kópia|predmet;vec;prílohy
sl|od;pošiljatelj|poslano;datum|za;komu;prejemnik|kp;kopija|zadeva
hr|od;šalje;pošiljatelj|poslano;datum|prima;za;kome|kopija|predmet;naslov
sr|od;pošiljalac;од;пошиљалац|poslato;datum;послато;датум|za;prima;за;прима|kopija;копија|tema;naslov;тема;наслов
bs|od|poslano;datum|za|kopija|predmet;tema
mk|од|испратено;датум|до;за|копија|наслов;тема
sq|nga|dërguar;data|për;tek|kopje|subjekti;tema
hu|feladó;küldő|elküldve;dátum;küldve;küldés dátuma;küldés ideje|címzett;címzettek|másolat|tárgy;válaszcím;mellékletek
ro|de la;de la:;expeditor;expeditorul|trimis;data;trimisă;dată|către;catre;la;destinatar;destinatarul|cópie;copie|subiect;subiectul
bg|от;подател|изпратено;дата|до;получател|копие|относно;тема
ru|от;от кого;отправитель|отправлено;дата;послано;дата отправки|кому;получатель|копия|тема;ответить;вложения;важность
uk|від;від кого;відправник|надіслано;дата;відправлено|кому;до;одержувач|копія|тема
be|ад;ад каго|адпраўлена;дата|каму|копія|тэма
el|από;αποστολέας|στάλθηκε;αποστολή;ημερομηνία;ημ/νία|προς;παραλήπτης|κοιν;κοιν.;κοινοποίηση|θέμα
tr|kimden;gönderen;gönderici|gönderildi;gönderim;gönderme tarihi;gönderilme tarihi;tarih|kime;alıcı|bilgi|konu;önem;ekler
az|kimdən;göndərən|göndərilib;tarix|kimə|surət|mövzu
he|מאת;שולח|נשלח;תאריך;נשלח בתאריך|אל;נמען|עותק;העתק|נושא
fa|از;فرستنده|ارسال;ارسال شده;ارسال‌شده;تاریخ;زمان|به;گیرنده|رونوشت|موضوع;عنوان
ur|از;منجانب;بھیجنے والا|بھیجا گیا;تاریخ|بنام;وصول کنندہ|نقل|موضوع;عنوان
hi|प्रेषक;से;द्वारा|भेजा गया;दिनांक;तारीख;भेजा|प्रति;को;प्राप्तकर्ता|प्रतिलिपि|विषय
bn|প্রেরক;থেকে|তারিখ;প্রেরিত|প্রাপক|অনুলিপি|বিষয়
th|จาก;ผู้ส่ง|ส่ง;วันที่;ส่งเมื่อ|ถึง;ผู้รับ|สำเนา|เรื่อง;หัวเรื่อง;หัวข้อ
vi|từ;người gửi|đã gửi;ngày;gửi;thời gian|đến;tới;người nhận|đồng gửi|chủ đề;tiêu đề
id|dari;pengirim|dikirim;tanggal;terkirim|kepada;ke;untuk;penerima|tembusan|subjek;perihal;judul
ms|daripada;dari|dihantar;tarikh|kepada|salinan|subjek;perkara
zh|发件人;寄件人;发送人;寄件者;發件人;寄件者|发送时间;发件时间;日期;时间;發送時間;寄件日期;傳送時間;已傳送;日期和时间;發送日期;发送日期;已发送|\
\
收件人;收件者|抄送;副本;密送|主题;主旨;主題;標題;标题;回复;附件
ja|差出人;送信者;送信元;From|送信日時;送信日;日時;日付;受信日時;送信済み|宛先;To;受信者|写し|件名;題名;添付ファイル
ko|보낸 사람;보낸사람;발신자;발신|보낸 날짜;보낸날짜;날짜;보낸 시간;발송일;일시|받는 사람;받는사람;수신자;수신|참조|제목
"""
KINDS = ("sender", "sent", "to", "copy", "about")

# words that open an attribution | words of writing, one of which stands in it
_WROTE = """
ar|في;بتاريخ;يوم;على;بـ|كتب;كتبت;كتبه;كتبته;كتبوا;كتابة;جاء
en|on;in a message dated|wrote;writes;write;said
de|am;vom|schrieb;schreibt;geschrieben
fr|le;en date du;du|écrit;écrivait;ecrit
es|el;en|escribió;escribio;escrito
pt|em;no dia;a;às;na|escreveu;escreveram
it|il;in data;il giorno;lo|scritto;scrive
ca|el;del dia;missatge de|escrit;va escriure;missatge
gl|o;el|escribiu
eu|noiz|idatzi
nl|op|schreef;geschreven;schrijft
sv|den|skrev
da|den;d.|skrev
nb|den|skrev;skreiv
is|þann|skrifaði
fi|ma;ti;ke;to;pe;la;su|kirjoitti
et|kuupäev|kirjutas
lv||rakstīja
lt||rašė
pl|w dniu;dnia;wiadomość napisana przez|napisał;napisała;pisze;napisana
cs|dne;v|napsal;napsala
sk|dňa|napísal;napísala
sl|v;dne|napisal;napisala;poslal
hr|dana;u|napisao;napisala
sr|дана;dana|написао;написала;napisao;napisala
mk|на|напиша
sq|më|shkroi
hu||írta;írt
ro|în;pe;la;în data de|scris
bg|на|написа
ru|от|написал;написала;пишет;писал
uk||пише;написав;написала
be||напісаў
el|στις;την|έγραψε
tr||yazdı;yazmış
az||yazdı;yazıb
he|בתאריך;ביום;ב|כתב;כתבה;מאת
fa|در تاریخ;در|نوشت;نوشته
ur|بتاریخ|لکھا
hi||लिखा
th|เมื่อ;ในวันที่;วันที่|
vi|vào;vào ngày;ngày|viết
id|pada tanggal;pada|menulis
ms|pada|menulis
zh|在;于;於|
ko||작성
"""
# what a word must contain, in languages that do not set words apart
_WROTE_WITHIN = (
    "写道", "寫道", "写于", "提到", "のメール", "さんは書き", "書きました",
    "쓴 글", "작성", "เขียน", "כתב", "लिखा", "লিখেছেন", "எழுதியது",
)

# original message | forwarded message | a forward begins (the whole line)
_SEPARATORS = """
ar|رسالة أصلية;الرسالة الأصلية;الرسالة الاصلية;الرسالة الأساسية;البريد الأصلي;رسالة سابقة;الموعد الأصلي|رسالة معاد توجيهها;\
الرسالة المعاد توجيهها;رسالة معاد توجيه;رسالة محولة;الرسالة المحولة;رسالة ممررة;رسالة مرسلة;تمت إعادة توجيه;إعادة توجيه;اعادة التوجيه;\
معاد توجيهها;رسالة موجهة|بدء الرسالة المعاد توجيهها;بداية الرسالة المعاد توجيهها;بداية الرسالة المحولة;\
بدء الرسالة المحولة;الرسالة المعاد توجيهها;رسالة معاد توجيهها;بداية رسالة معاد توجيهها;بدء رسالة معاد توجيهها
en|original message;original appointment;reply message;original mail;original email|forwarded message;forwarded mail;forwarded email;\
forwarded by;forward message|begin forwarded message
de|ursprüngliche nachricht;original-nachricht;originalnachricht;ursprüngliche mitteilung;original nachricht;originalmail|\
weitergeleitete nachricht;weitergeleitete mail;weitergeleitet von|anfang der weitergeleiteten nachricht;anfang der weitergeleiteten e-mail
fr|message d'origine;message original;message initial|message transféré;message transmis;message réexpédié|\
début du message réexpédié;début du message transféré
es|mensaje original|mensaje reenviado;mensaje remitido|inicio del mensaje reenviado
pt|mensagem original|mensagem encaminhada;mensagem reencaminhada|início da mensagem encaminhada;início da mensagem reencaminhada
it|messaggio originale;messaggio originario|messaggio inoltrato|inizio messaggio inoltrato
ca|missatge original|missatge reenviat|inici del missatge reenviat
gl|mensaxe orixinal|mensaxe reenviada|
eu|jatorrizko mezua|birbidalitako mezua|
nl|oorspronkelijk bericht;origineel bericht|doorgestuurd bericht;doorgezonden bericht|begin doorgestuurd bericht
sv|ursprungligt meddelande;originalmeddelande|vidarebefordrat meddelande;vidarebefordrat brev|vidarebefordrat brev;vidarebefordrat mejl;\
början på vidarebefordrat meddelande
da|oprindelig meddelelse;oprindelig besked;original meddelelse|videresendt meddelelse;videresendt besked|start på videresendt besked;\
videresendt besked
nb|opprinnelig melding;opphavleg melding|videresendt melding;vidaresend melding;videresendt e-post|videresendt melding
is|upprunalegur póstur|áframsendur póstur|
fi|alkuperäinen viesti|edelleenlähetetty viesti;välitetty viesti|välitetty viesti alkaa
et|algne kiri;algne sõnum;originaalsõnum|edastatud kiri;edastatud sõnum|
lv|sākotnējais ziņojums;oriģinālais ziņojums|pārsūtīts ziņojums|
lt|pradinis laiškas;originalus laiškas;originalus pranešimas|persiųstas laiškas;persiųsta žinutė|
pl|oryginalna wiadomość;wiadomość oryginalna;treść oryginalnej wiadomości|przekazana wiadomość;wiadomość przesłana dalej;\
treść przekazanej wiadomości;wiadomość przekazana|początek przekazywanej wiadomości
cs|původní zpráva;původní e-mail|přeposlaná zpráva;přeposlaný e-mail|začátek přeposílané zprávy
sk|pôvodná správa|preposlaná správa|začiatok preposlanej správy
sl|izvirno sporočilo|posredovano sporočilo|
hr|izvorna poruka;originalna poruka|proslijeđena poruka|započni proslijeđenu poruku
sr|originalna poruka;оригинална порука|prosleđena poruka;прослеђена порука|
mk|оригинална порака|препратена порака|
sq|mesazhi origjinal|mesazhi i përcjellë|
hu|eredeti üzenet;eredeti levél|továbbított üzenet;továbbított levél|továbbított levél kezdete;a továbbított levél kezdete
ro|mesaj original;mesajul original|mesaj redirecționat;mesaj transmis mai departe;mesaj înaintat|începe mesajul redirecționat
bg|оригинално съобщение;оригинално писмо|препратено съобщение|
ru|исходное сообщение;оригинальное сообщение;исходное письмо|пересылаемое сообщение;пересланное сообщение;\
перенаправленное сообщение;пересылаемое письмо;пересланное письмо|начало переадресованного сообщения;начало пересылаемого сообщения
uk|початкове повідомлення;оригінальне повідомлення;вихідне повідомлення|переслане повідомлення;перенаправлене повідомлення;\
пересланий лист|початок листа, що пересилається
el|αρχικό μήνυμα;πρωτότυπο μήνυμα|προωθημένο μήνυμα|αρχή προωθημένου μηνύματος
tr|özgün ileti;orijinal mesaj;orijinal ileti;özgün mesaj|iletilmiş mesaj;iletilen ileti;iletilmiş ileti;iletilen mesaj;yönlendirilen mesaj|\
ileti başlangıcı;iletilen ileti başlangıcı;yönlendirilen iletinin başlangıcı
he|הודעה מקורית;ההודעה המקורית|הודעה שהועברה;הודעה מועברת|תחילת ההודעה שהועברה
fa|پیام اصلی|پیام باز ارسال شده;پیام هدایت شده;پیام فوروارد شده|
hi|मूल संदेश|अग्रेषित संदेश|
th|ข้อความต้นฉบับ|ข้อความที่ส่งต่อ|เริ่มข้อความที่ส่งต่อ
vi|thư gốc;tin nhắn gốc|thư được chuyển tiếp;thư đã chuyển tiếp;tin nhắn được chuyển tiếp|bắt đầu thư được chuyển tiếp
id|pesan asli|pesan terusan;pesan yang diteruskan|
ms|mesej asal|mesej yang dimajukan|
zh|原始邮件;原邮件;邮件原件;原始郵件;原始訊息;原始消息;原始信息|转发的邮件;转发邮件;转发的消息;轉寄的郵件;轉寄郵件;轉發郵件|\
开始转发的信息;开始转发的邮件;開始轉寄郵件;以下是转发的邮件;下面是被转发的邮件
ja|元のメッセージ;元のメール|転送メッセージ;転送されたメッセージ;メッセージを転送|転送されたメッセージ;最初に転送されたメッセージ;\
以下は転送されたメッセージです
ko|원본 메시지;원본 메일;원본 이메일|전달된 메시지;전달된 메일|전달된 메시지 시작;시작된 전달 메시지
"""


def _columns(table: str, count: int) -> list[list[str]]:
    """The folded words of each column of a table, all languages together; a wrong row is an error at once."""
    columns: list[list[str]] = [[] for _ in range(count)]
    for row in table.strip().split("\n"):
        for column, words in zip(columns, row.split("|")[1:], strict=True):
            column.extend(fold(word.strip()) for word in words.split(";") if word.strip())
    return columns


LABELS: dict[str, str] = {word: kind for kind, words in reversed(list(zip(KINDS, _columns(_LABELS, 5), strict=True))) for word in words}
"""From a folded label to its kind; a word of two kinds (`до`) counts as the one that stands earlier in a block."""
_openers, _wrote = _columns(_WROTE, 2)
OPENERS: tuple[str, ...] = tuple(sorted({f"{word} " for word in _openers}))
WROTE: frozenset[str] = frozenset(phrase.split()[-1] for phrase in _wrote)
WROTE_WITHIN: tuple[str, ...] = _WROTE_WITHIN
_original, _forwarded, _begin = _columns(_SEPARATORS, 3)
ORIGINAL: tuple[str, ...] = tuple(dict.fromkeys(_original))
FORWARDED: tuple[str, ...] = tuple(dict.fromkeys(_forwarded))
BEGIN_FORWARD: frozenset[str] = frozenset(_begin)
LANGUAGES: frozenset[str] = frozenset(row.partition("|")[0] for row in _LABELS.strip().split("\n"))
