"""mailticket: the whole desk behind one mail address.

A daemon that reads a mailbox, threads mails into tickets, acknowledges each in Arabic and English, routes it by keyword rules and lets
staff answer by answering their mail. One road, values in the middle, doors at both ends:

    IMAP --raw bytes--> parse --Mail--> store.facts(keys) --Facts--> desk.receive --Outcome--> store.commit   (one transaction)
    clock tick -------> store.due_tickets --Standing--> desk.lapse ---Lapse---> store.ticking                 (one transaction)
                        store.records --Records--> desk.summarise ---> rounds.digest: each slot is told of once
                        store.claim --Outgoing--> sink.send --Verdict--> retry --Settled--> store.settle  --> SMTP

A mail is committed before it is marked on the server, and marked before it is answered. Start reading at `rounds.collect`, then
`desk.receive`. The map, from the words to the commands; each may import only what stands above it, and `edges` only the first two:

model                  The words of the desk: frozen values that every wing shares, and nothing that acts
  model.alarm            What the managers must hear of at once: a cause that holds, told once when it begins and once when it is over
  model.command          The commands that agents write, as one table: what each is called, what it takes, what it needs
  model.commands         Every command of the desk, a row each, in the order in which they are explained
  model.figures          Figures: what a digest says in numbers
  model.history          What happened, as slim rows that figures are counted from
  model.mail             What a mail says, once its bytes are read
  model.morning          The morning list: what an agent who chose it gets instead of single notices, once a working day
  model.notice           What the desk decides to tell someone, and what becomes of it on the way out
  model.outcome          What is known when a mail is decided about (`Facts`), and what was decided (`Outcome`)
  model.packed           Bytes as they are kept: packed where they are made, unpacked where they are needed
  model.person           What is kept of a correspondent
  model.policy           The settings as values: what `settings.toml` may say, with the shipped defaults
  model.record           Rows as the store hands them out
  model.staff            What an agent's mail asks of the store beside what every mail asks, what the store answers
  model.sentfacts        What the store knows of the tickets that a mail of the Sent folder may answer
  model.ticket           What the desk keeps: tickets, their entries, and the words for their states
  model.told             What one reader on the desk was told of a ticket a little while ago
  model.token            The one place for what we sign: reply addresses, bounce addresses, Message-IDs and the loop mark

text                   Pure text work that every wing needs: normalising, telling languages apart, bidi safety, HTML
  text.bidi              Text of strangers made safe to stand in a line of ours: no invisible direction marks, no line ends, no end
  text.contact           Who somebody is said to be: name, phone and mail address, in any order, out of a few words
  text.dates             Dates as people write them, in figures or with the month's name, in both languages and both calendars
  text.hijri             The Hijri date of a day and back, by the Umm al-Qura calendar that Saudi Arabia dates its letters with
  text.html              HTML of mails as text, and HTML that may be passed on
  text.htmllook          How a reader sees an element of HTML: hidden or not, in a list, in a table that says something, in a quote
  text.htmlmarks         What mail clients themselves mark in the HTML they write
  text.language          Which language a person writes in, by counting scripts and looking for clauses
  text.layout            Lines out of a stream of text and layout marks: what `text.html` writes while it walks a tree
  text.marks             Sentences that we write and know again: the line above which a person answers, the words of a link that is sent
  text.normalise         One spelling for every way a word is written, so that rules, search and commands compare like with like
  text.ownwords          Quoted lines that may go out again: those that are the requester's own words, and no others

inbound                Bytes to meaning: reading a mail, telling who wrote it, and finding the ticket it belongs to
  inbound.absence        Until when somebody is away, as an automatic reply says it: a date behind "until", "back on", «حتى», «أعود يوم»
  inbound.addresses      Mail addresses, read twice: leniently to show them, strictly where authority rests on them
  inbound.alignment      Which lines of an answer stand in a mail of ours that it quotes, whatever the mail program made of them
  inbound.answered       What an agent wrote in an answer to a mail of ours: whatever does not stand in the mail that we sent
  inbound.attribution    The sentences that introduce an older mail
  inbound.blocks         The other ways in which an older mail begins
  inbound.body           Which parts of a mail are its words and which are attachments, and the words as text
  inbound.bounces        What a delivery report says: which address, which status and meaning, which mail of ours came back
  inbound.charset        Bytes of text to text, whatever their label says
  inbound.codes          Sign-up codes that machines send: whoever reads one out of a ticket can take over an account (spec 2.3)
  inbound.commands       What an agent orders: the commands in the first lines of the new text, however a phone wrote them
  inbound.drawn          Drawn lines
  inbound.forms          Mails of the website's forms (spec 5): who filled one in, what they said, and whether the website really sent it
  inbound.forward        What a forward carries: sender, date, subject and words of the older mail, shown inline or attached whole
  inbound.guess          Which charset are bytes in that no label, or a wrong one, names?
  inbound.headers        The header fields of a mail as values: found by name, unfolded, decoded; ids, dates and threads
  inbound.lines          Lines of commands about several tickets, each behind the number of a line or a ticket
  inbound.mime           The tree of a mail's parts, read within bounds
  inbound.names          Names of attachments, safe to show and to store under
  inbound.params         Structured header fields (Content-Type, Content-Disposition): a value and its parameters
  inbound.parse          Bytes to a `Mail`, never an exception
  inbound.proof          What may be believed about a sender: authentication results, and whose token a mail carries
  inbound.prose          Delivery reports in prose: what servers without RFC 3464, and those of before it
  inbound.quotemarks     How mail programs say "here begins what somebody else wrote"
  inbound.quotewords     The words by which mail programs introduce somebody else's mail, a row a language
  inbound.quoting        What is new in a mail: the person's own words, without quotes, signature, disclaimer and the phone's line
  inbound.reasons        Why a mail was not delivered, out of the words of servers: one table, read from top to bottom
  inbound.screening      Who or what wrote a mail: a person, a machine, a list, a server, or we ourselves
  inbound.signature      Cutting an agent's own signature where no client marks it: the last block with the agent's address or name
  inbound.signs          By what machines are known: words of subjects and texts, names of senders, fields of headers
  inbound.tails          What stands at the end of a person's words and is not their words
  inbound.tailwords      The words of phones, notices, footers and closing formulas
  inbound.thread         Which ticket does a mail belong to?
  inbound.tnef           winmail.dat: what Outlook wraps a mail's files in (TNEF, MS-OXTNEF)
  inbound.twice          Text that was encoded twice
  inbound.uuencode       Files that stand in a text as letters: uuencode and yEnc, as old programs and scanners send them
  inbound.verdict        What a requester says of a resolution: a mail to one of the three signed addresses of the question (spec 4.3)
  inbound.words          Header text: encoded words (RFC 2047) and raw 8-bit bytes, as mail programs really write them

tickets                Meaning to decisions: the life of a ticket, rules and triage, working hours and targets, whom to tell
  tickets.arguments      What stands behind a command's word, read as a value: people, teams, priorities, types, moments, addresses
  tickets.circumstance   What a rule may ask besides words
  tickets.confidential   Complaints about the desk's own people go to managers alone (spec 2.5)
  tickets.course         A ticket carried one event on: its status by the table of its life, and everything that hangs on the status
  tickets.digest         Rows to figures: what a period brought, and how the promises were kept in it
  tickets.drawing        The life of a ticket, drawn from its table: what `mailticket help lifecycle` prints is what the program does
  tickets.duty           Who is on duty: of a team at a moment, of the people of a running session, and of those who are not on leave
  tickets.forms          The forms of a word, so that a rule says «شهادة» and finds «وبشهاداتهم»
  tickets.hours          When the desk works: every promise, target and reminder is counted here, in working time
  tickets.lapse          What time does to a ticket, as tables: the steps of a missed target, and the ends of silence and sleep
  tickets.lifecycle      The life of a ticket as one table: what each event does to each status (spec 4.2)
  tickets.lint           What is odd about rules that are sound
  tickets.match          Keywords found in text: whole words and phrases, in whatever form a writer gives them, in one pass
  tickets.mornings       When an agent's morning list is owed: when the desk opens, or when the agent's own first shift begins after that
  tickets.notify         The one gate in front of all automatic mail, and the choice of whom to tell on the desk
  tickets.patterns       Patterns of rules on an engine whose time grows with the text alone
  tickets.remembered     What a function of a word gives, worked out once
  tickets.rule           What a rule says: when it holds, and what then
  tickets.rulefile       Rule files to rules: TOML in, every fault at once out, each with its line and a remedy
  tickets.rules          The rule book: every rule of the desk, compiled once, asked once a mail, and able to say which words decided
  tickets.said           Single words that each speak a little for a team or a type
  tickets.score          How good the rules are: labelled messages in, figures out (`rules test`)
  tickets.sessions       Course sessions: a mail that "can't hear the trainer" is urgent while one runs, and only then
  tickets.sla            What is owed when: the targets by priority, channel and oversight, and the moments they come to
  tickets.slots          When digests are owed: the slots of each cadence, and the period that each one tells of
  tickets.snippets       Canned replies: a text of the staff's in which a few names stand for what differs from ticket to ticket
  tickets.thanks         Two kinds of mail that ask for no work: one that only thanks, and one that only asks how things stand
  tickets.triage         Which team, as what, how soon: one mail against the rule book, with everything that decided kept
  tickets.wordlists      Lists of words that rules share
  tickets.written        Keywords as a rule file has them, each with its line

outbound               Decisions to bytes: rendering and composing our mails, and what to do with a relay's answer
  outbound.compose       A notice and its words to the final bytes of one mail
  outbound.conversation  By what mail programs keep the notices of one ticket to one reader in one conversation
  outbound.digestview    What the templates of digests may say: figures as words and as the measures of what is drawn with table cells
  outbound.digestwords   A digest's figures to words: what `digestview` holds is made here
  outbound.drawings      The drawings of a digest as numbers: bars, columns and shaded counts, which templates make of table cells
  outbound.headers       Header fields of ours, written by one small encoder
  outbound.lines         A person's plain text as paragraphs that HTML can show
  outbound.links         The links of the question after resolving: plain mailto addresses with subject and text written already (RFC 6068)
  outbound.palette       The colours of our mails, worked out from the one accent that a desk chooses
  outbound.phrases       Sentences that the desk asks for by a word: remarks on a mail, why an agent's mail was held, how a ticket stands
  outbound.render        Templates to text: the only home of Jinja2
  outbound.retry         What becomes of a mail after the relay's answer
  outbound.sampledigest  Reports made up for samples: a busy desk on the days before Sunday 29 November 2026
  outbound.samples       One notice of every kind in both languages, made up
  outbound.sentences     The sentences of digests, in both languages
  outbound.staffview     What the templates of mails to agents about their commands may say: everything done, wrong, asked and listed
  outbound.staffwords    What the desk says to its agents about their commands, in both languages: what was done, what was wrong
  outbound.steady        The desk's own templates, with the shipped ones behind them
  outbound.subject       Subjects of ours: the sender's own words where we may use them, always with the tag at the end
  outbound.tables        The files that go with a digest, as CSV that a spreadsheet opens rightly
  outbound.tongue        How digests speak in one language: sentences, figures, days and the names of groups
  outbound.view          What a template may say: a mail as words, in the language of whoever reads it
  outbound.viewer        A notice to what its templates may say: the one place where figures, dates and names of strangers become words
  outbound.words         How the desk words figures: moments, hours, counts, sizes and the names of types and states, in Arabic and English

desk                   The pure core: what happens to a mail, decided from values alone
  desk.actions           What the commands about a ticket's own state do: one function a command, from the work so far to the work after it
  desk.agent             An agent's mail: its commands are carried out, all or none
  desk.alarm             Alarms to the managers: one a cause, and one word when it is over, whatever the cause's checks find in between
  desk.answer            An agent's words to the requester: from the desk's own address, to the requester and whoever an agent allowed
  desk.asking            Words to the requester that no mail of theirs brought about, and to level 2 when a ticket is theirs to verify
  desk.attempt           The commands of an agent's mail, carried out on one ticket: all of them or none
  desk.automatic         Mail that no person wrote: delivery reports find the mail that bounced, the rest is filed or kept on its ticket
  desk.behalf            Forward on behalf: an agent who forwards a requester's mail opens the ticket in the requester's name (spec 3)
  desk.brought           Whose mail does an agent bring in by forwarding it? The older mail as one of its author's, or why that is not sure
  desk.bundling          Bundling: when a ticket moves fast, the mails of a little while reach a reader as one notice, the newest first
  desk.canned            Canned replies and the invitation to a remote session: texts of the staff's
  desk.case              One mail on the desk: what is known of it, and the small values that every decision about it is made of
  desk.dispatch          Which function carries a command out, and when: the dispatch table
  desk.exposed           Tokens of agents and teams that somebody outside has seen: worth nothing any more, and replaced at once
  desk.finish            From work that nothing was wrong with to its outcome: what is kept, whom it is told
  desk.happen            A ticket changed by an agent's command: its fields, or an event of its life with everything that the table asks for
  desk.held              Held mails: what lacks proof, or should be looked at once more, does nothing until its agent says the word
  desk.hidden            What an agent's mail may ask about
  desk.intake            Tickets that an agent opens: a contact by another channel in the requester's name (`#log`)
  desk.lapse             What does time do to a ticket? This is the module that answers, as `desk.receive` does for mails
  desk.lines             Lines of commands about several tickets: answers to digests, alarms and lists, folded ticket by ticket
  desk.logs              Several contacts by other channels in one mail: each `#log` begins one
  desk.morning           Morning lists: from the unfinished tickets to one mail for an agent, whose lines are answered with commands
  desk.move              One event on a ticket, whoever brings it about: the ticket afterwards, the audit's rows
  desk.parcels           Attachments in mails that the relay takes
  desk.people            Commands about who is on a ticket and about other tickets: cc, allow, requester, spam, merge, split, away
  desk.proving           How well an agent must be proved for what a mail says, and how well they are: the table of proof levels (spec 3)
  desk.quoting           An agent's words, told from the notice that they answer and from the agent's own signature
  desk.queries           Commands that only show something: help, a ticket's history, and lists of tickets
  desk.receive           What happens to a mail?
  desk.requester         A requester's mail: a follow-up on the ticket that it proves to belong to, or a new ticket
  desk.staffmail         Our mails to an agent about a mail of theirs: what was done, what was wrong, what is asked, what was to be shown
  desk.sent              The Sent folder: an answer written in the shared mailbox's own web mail joins its ticket and stops its clock
  desk.state             A requester who asks nothing but how things stand is told so at once
  desk.summarise         Digests: from what happened in a period to the mails that tell managers and supervisors of it
  desk.telling           Notices: from what was decided on a ticket to the mails that tell of it
  desk.undo              `#undo`: what an agent's last mail on a ticket did is taken back, unless a mail of it has left the house
  desk.verdict           A requester's word on a resolution: solved, not solved, or a rating
  desk.work              An agent's mail at work: what it has come to so far, as a value that each command hands on to the next

rounds                 The desk at work: rounds of collecting, delivering and watching
  rounds.alarms          Sounding alarms: what a check found goes to the managers, and is kept, in one transaction
  rounds.collect         Collecting: from a watched folder into the ledger
  rounds.deliver         Delivering: from the outbox to the relay, and what becomes of each try
  rounds.digest          Digests: each slot is made once, whatever crashes, and a desk that was down at its time makes the latest one late
  rounds.heal            Healing: what a crash, a broken connection or a lying server left behind is found and mended
  rounds.lapse           Lapsing: what time does to tickets, from the store and back into it
  rounds.morning         Morning lists: each agent's of each working day is made once, whatever crashes
  rounds.pace            Pacing: a relay that takes 30 mails a minute is given 30 in any minute, and the lanes decide which
  rounds.reading         Bytes to mails, as worker processes do it
  rounds.relays          Two relays as one: alarms go by the second, for the first may be what they are about
  rounds.road            What a round needs of the outside, said by the one who needs it
  rounds.watch           Watching: what is in danger is said before it is late, in the log and to the managers
  rounds.writing         Notices to finished mails: rendering, composing, and the attachments that go along

edges                  The only doors to the outside: mail servers, files, the database, the clock, worker processes
  edges.alarms           Alarms as they are kept: one open row a cause, and the rows of those that are over
  edges.batch            One transaction for many mails: what the store knows of each, and the writing of what was decided
  edges.clock            The clock is a door like any other
  edges.device           Logging in once by hand: a code that a person enters at the provider, on any other device (RFC 8628)
  edges.database         One way to speak to both databases
  edges.demo_servers     Mail servers inside the program, for `mailticket demo` alone
  edges.folder           What is asked of an open IMAP folder, by UID, and how much of it at a time
  edges.given            What has been given to whom: each agent's unfinished tickets, and whose turn it is in each team
  edges.idle             The ear at the mailbox: a thread that calls `wake` the moment the server tells of new mail
  edges.imap             The door to a mailbox: a folder on an IMAP server, read by UID and left as it was
  edges.indexes          The indexes that a column can't declare
  edges.maildir          Mails that lie in files: the networkless twin of edges.imap, and what `import` reads
  edges.marks            Marking on the server what is done with: a keyword where the server keeps it, and a move where `done_folder` is set
  edges.mbox             A relay that is none: the networkless twin of edges.smtp, for tests, dry runs and the demo
  edges.moments          Moments as they are kept: integers (microseconds since 1970, UTC)
  edges.oauth            What is asked of an OAuth token endpoint, and what its answers mean: bytes in, values out, any issuer
  edges.outline          A mail that is too big to fetch, as a small mail: its own headers, and a line in the place of its body
  edges.probe            What a mail server says of itself when we come to it as the desk would
  edges.queries          Questions that people and checks ask of the store; none of them changes anything
  edges.quoted           What an agent's mail may quote: the notices that we sent, as they were sent
  edges.reports          What digests and reports ask of the store, and the slots that were made
  edges.rows             Values to rows and back
  edges.schema           How a database comes to today's schema: a new one is made from the models, an older one is led there step by step
  edges.searching        The lists of tickets that agents ask for, and the search over subjects, people and texts
  edges.sentbox          What must be known of a mail of the Sent folder: what was said on the tickets that it may answer
  edges.smtp             The door to the relay: takes a mail, and whatever happens answers with a verdict
  edges.smtpwire         What is said to a relay, as bytes: our own name, addresses, and the mail itself
  edges.staff            What agents' mails ask of the store: held mails, deeds that can be taken back, whole tickets and lists of them
  edges.standing         What is kept of people besides their mails: correspondents, leaves, what requesters say of a resolution
  edges.store            Where everything is kept: the ledger, tickets, raw mails, the outbox, people and the audit, in SQLite or PostgreSQL
  edges.tables           What the database looks like: the models are the schema of today, and a new database is made from them
  edges.ticking          One transaction for many tickets that time has something to say about: what is known of each
  edges.told             What was told of tickets a little while ago, from the outbox
  edges.tokenfile        Where a refresh token lies: one small file, replaced whole, readable by its owner alone
  edges.tokens           Access tokens for mail servers: fetched when first needed, renewed before they end
  edges.tokenwire        One request to a token endpoint, and its answer, within a time that holds for the whole of it
  edges.trouble          What went wrong on the way to a mail server, in words that name the remedy
  edges.worker           One worker process: the child that works under limits, and the handle by which a pool drives it
  edges.workers          A pool of worker processes under limits of time and memory

settings               settings.toml -> frozen Settings, or every fault at once with its key, its place and the remedy
  settings.defaults      The files that are shipped with the program and lie in a desk's folder too: who wins, and how they are read
  settings.document      settings.toml as read, before anything in it is believed
  settings.environment   Variables over the file: any key can be set by MAILTICKET__DESK__ADDRESS, MAILTICKET__MAILBOX__0__URL
  settings.faults        What is wrong with a folder's files, as values
  settings.fields        Which value fits which key: a table by class and field, beyond what the field's type says by itself
  settings.files         Are the files there that the settings name?
  settings.logins        Who logs in where: every login that the settings name, by the name that commands and alarms have for it
  settings.places        On which line of a TOML text does each key stand?
  settings.relations     What must hold between keys: each check reads the tables as they stand, so that its faults come with the others
  settings.secrets       Secrets come from files or the environment, and are in no message
  settings.servers       Servers as URLs: who, where, and how it is kept from eavesdroppers
  settings.shape         Tables into values: cattrs walks the classes of the policy
  settings.times         Durations, rates, working times and the moments of digests, as settings.toml writes them
  settings.unread        The keys that are accepted but that nothing reads yet: `check` says so, rather than letting anyone rely on them
  settings.words         Plain words of the settings: text, addresses, domains, choices

install                A working folder for a new desk: settings.toml, rules/, templates/ and a secret of its own

daemon                 The daemon: opens the doors that the settings name, puts the rounds on the clock, and waits to be stopped
  daemon.edited          Rules that are edited while the daemon runs
  daemon.health          How each connection fares: since when it fails and why, when it last worked, when it is tried next
  daemon.hours           Hours, holidays, sessions and targets that are edited while the daemon runs
  daemon.house           From settings to a house that works: every door opened, every station of the road in its place
  daemon.importing       Taking old mail in: files go down the same road as the mail of a server
  daemon.ledger          The ledger against the servers: is there a mail that we ought to have and have not?
  daemon.logins          How each mailbox and relay logs in: by the password that the settings name, or by tokens
  daemon.once            One round of everything, and then the end: for cron, for tests, and for a first look
  daemon.online          `check --online`: is everything there that the settings name, and can it do what we would use?
  daemon.reporting       Digests and figures on demand, for people at a terminal
  daemon.service         The daemon proper: bells that APScheduler and IDLE ring, and rounds that answer them

demo                   The demonstration: embedded servers, sample mails with what ought to become of each, and the desk running on them
  demo.letters           Mails as people write them: new ones, and answers in the formats of common mail clients
  demo.samples           The sample mails of the demonstration, each with the outcome that it ought to have
  demo.show              The demonstration at work: sample mails in waves, the desk's rounds, and a judgement of every mail
  demo.stage             The stage of the demonstration: embedded servers, a mailbox for every invented person

cli                    The commands: `mailticket --settings PATH COMMAND`, a small module a group, loaded only when called
  cli.common             What every command shares: finding the settings, saying faults, writing JSON, and the exit codes
  cli.demo               `mailticket demo`: the whole desk on embedded servers, with nothing to set up
  cli.explaining         The road of one mail without doing anything: the facts are only read, and the outcome is shown instead of committed
  cli.figures            Figures as JSON objects and as lines for people; the keys of `stats --json` are a contract with other programs
  cli.help               `mailticket help TOPIC`: what the shipped files say about themselves, in the terminal
  cli.inspect            Commands that look at one mail and change nothing: what it says (`parse`), and what would become of it (`explain`)
  cli.lists              Commands that show what the desk holds
  cli.logs               Log lines on standard error: one an event, for people or as JSON; never a body, never a secret
  cli.moments            Moments on the command line, as people write them
  cli.oauth              Commands about logins by OAuth: the one time that a person must log in
  cli.people             Commands about correspondents: whom nothing automatic is sent to, why, and how that ends
  cli.replaying          Kept mails before other rules: which of them a change would route otherwise (`rules replay`)
  cli.reports            Commands that sum up: digests made or shown, figures of any period, and every mail of the desk as files to look at
  cli.rules              Commands about the keyword rules: how right they are, what is odd about them
  cli.serve              Commands that serve mail: the daemon, one round, and taking old mail in
  cli.setup              Commands that set a desk up: a working folder, and the check of everything in it
  cli.views              Rows as JSON objects and as lines for people; the keys are a contract with other programs
"""
