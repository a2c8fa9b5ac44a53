//! Lines of our own, `ZJBnnns`: they stand where the host certainly prints something whose text nobody has
//! verified, and where zjob speaks for itself. Numbers: 000 deck, 100 data sets and jobs, 200 IDCAMS,
//! 300 TERSE, 400 Encryption Facility, 500 FTP client, 600 network and sandbox, 700 server.

#[allow(unused_imports, reason = "every row here is ours")]
use super::Witness::Own;

super::rows! {
    // 000 deck
    ZJB001E = Own => "ZJB001E NO //name JOB CARD IN THE DECK - NOTHING SUBMITTED";
    ZJB002E = Own => "ZJB002E THE DECK IS LONGER THAN {} BYTES - NOTHING SUBMITTED";
    ZJB003E = Own => "ZJB003E {} STATEMENT BEFORE THE JOB CARD - NOTHING SUBMITTED";
    ZJB004E = Own => "ZJB004E INCLUDE GROUP {} WAS NOT FOUND";
    ZJB005E = Own => "ZJB005E LIBRARY {} OF JCLLIB IS NOT IN THE CATALOG";
    ZJB006E = Own => "ZJB006E {} ARE NESTED DEEPER THAN {} LEVELS";
    ZJB007E = Own => "ZJB007E THE JOB GROWS TO MORE THAN {} STATEMENTS";
    ZJB008E = Own => "ZJB008E {} STATEMENT OUT OF PLACE";
    ZJB009E = Own => "ZJB009E THE EXPRESSION OF IF CANNOT BE READ - EXPECTED: {}";
    ZJB010E = Own => "ZJB010E THE {} STATEMENT IS NOT EMULATED";
    ZJB011E = Own => "ZJB011E KEYWORD {}{} IS NOT EMULATED";
    ZJB012E = Own => "ZJB012E {} IN THE {} FIELD IS NOT EMULATED";
    ZJB014E = Own => "ZJB014E SYMBOL &{} IS NOT EMULATED";
    ZJB015E = Own => "ZJB015E TEMPORARY DATA SETS ARE NOT EMULATED - {}";
    ZJB016E = Own => "ZJB016E REFERENCES TO OTHER STATEMENTS ARE NOT EMULATED - {}";
    ZJB017E = Own => "ZJB017E GENERATION DATA GROUPS ARE NOT EMULATED - {}";
    ZJB018E = Own => "ZJB018E THE DD STATEMENT {} IS NOT EMULATED";
    ZJB019E = Own => "ZJB019E JOBS RUN AS USER {} HERE - USER={} IS NOT EMULATED";
    ZJB020E = Own => "ZJB020E CARD {} HAS {} COLUMNS - RECORDS OF IN-STREAM DATA HAVE 80";
    ZJB021E = Own => "ZJB021E CHARACTER {} IN COLUMN {} OF CARD {} HAS NO PLACE IN CODE PAGE {}";
    ZJB022E = Own => "ZJB022E TAB IN COLUMN {} OF CARD {} - A TAB IS NOT A BLANK";
    ZJB023E = Own => "ZJB023E THE JOB HAS MORE THAN {} STEPS";
    ZJB024E = Own => "ZJB024E DLM WITHOUT * OR DATA ON THE DD STATEMENT";
    ZJB025E = Own => "ZJB025E DLM MUST NAME 2 TO 18 CHARACTERS";
    ZJB026E = Own => "ZJB026E DSNAME {} IS NOT A DATA SET NAME THAT CAN BE EMULATED";
    ZJB027E = Own => "ZJB027E IF WITHOUT ENDIF";
    ZJB028E = Own => "ZJB028E STEP {} OF JOBRC IS NOT IN THE JOB";
    ZJB029E = Own => "ZJB029E CARD {} HAS {} COLUMNS AFTER SUBSTITUTION - RECORDS OF IN-STREAM DATA HAVE 80";
    ZJB030I = Own => "ZJB030I Cards {} to {} stand before the JOB card and were left out; JES2 would take them for another job.";
    ZJB031I = Own => "ZJB031I Cards from {} on follow the null statement on card {}: z/OS ignores them.";
    ZJB032I = Own => "ZJB032I Cards {} to {} are neither JCL nor in-stream data: JES2 puts a SYSIN DD * statement before them.";
    ZJB033I = Own => "ZJB033I Procedure {} was not found: its steps are left out.";
    ZJB034I = Own => "ZJB034I INCLUDE group {} was not found: its statements are left out.";
    ZJB035I = Own => "ZJB035I Library {} of JCLLIB was not found.";
    ZJB036E = Own => "ZJB036E PROC WITHOUT PEND";
    ZJB037I = Own => "ZJB037I IF names {}, which is not an earlier step: what it says about that step is always false.";
    ZJB038I = Own => "ZJB038I Cards from {} on follow the records of /*XMIT on card {}: the job goes to another node, and nothing else of it is read.";
    ZJB040I = Own => "ZJB040I The card before may lack the comma that says that the statement goes on.";
    ZJB041I = Own => "ZJB041I JCL is written in upper case; z/OS does not fold it.";
    ZJB042I = Own => "ZJB042I A blank must stand before the operation, also if the statement has no name: `// {}`.";
    ZJB043I = Own => "ZJB043I The card ends in a comma, so the next one must begin with // and a blank and go on in columns 4 to 16.";
    ZJB044I = Own => "ZJB044I The string is still open in column 71, so the next card must go on in column 16. Is an apostrophe missing?";
    ZJB045I = Own => "ZJB045I Columns 72 to 80 are not read: the operands must end in column 71 or earlier.";
    ZJB046I = Own => "ZJB046I The JOB card begins with one slash; a JCL statement begins with two.";
    ZJB047I = Own => "ZJB047I Card {} has a tab in it; the host wants blanks.";
    ZJB048I = Own => "ZJB048I Such a card, even an empty one, is data to JES2, which puts a SYSIN DD * statement before it.";
    ZJB049I = Own => "ZJB049I A name has 1 to 8 characters of A-Z, 0-9, @, #, $ and does not begin with a digit.";

    ZJB050I = Own => "ZJB050I Keyword {}{} is read and checked, but not emulated.";
    ZJB051I = Own => "ZJB051I {} in the {} field is read and checked, but not emulated.";
    ZJB052I = Own => "ZJB052I The {} statement is read and checked, but not emulated.";
    ZJB053I = Own => "ZJB053I Jobs run as user {} here: USER={} is read and checked, but not emulated.";
    ZJB054I = Own => "ZJB054I The DD statement {} is read and checked, but not emulated.";
    ZJB055I = Own => "ZJB055I Symbol &{} has no value here: within apostrophes it stays as it is.";
    ZJB060E = Own => "ZJB060E {} IS NO OPERAND OF /*{}";
    ZJB061E = Own => "ZJB061E {} IS WRONG FOR {} ON /*{}";
    ZJB062E = Own => "ZJB062E /*{} NEEDS AN OPERAND";
    ZJB063E = Own => "ZJB063E /*{} IS NO JES2 CONTROL STATEMENT";

    // 100 data sets and jobs
    ZJB100I = Own => "ZJB100I {<8} ENDED - JCL ERROR";
    ZJB101I = Own => "ZJB101I {} - SYMPTOM DUMP NOT PRODUCED - COMPLETION CODE={} REASON CODE={}";
    ZJB102E = Own => "ZJB102E {} {} - LIBRARY {} HAS NO MEMBER {}";
    ZJB103E = Own => "ZJB103E {} {} - VOLUME {} IS NOT KNOWN";
    ZJB104E = Own => "ZJB104E {} {} - NO VOLUME HAS THE SPACE THAT DATA SET {} ASKS FOR";
    ZJB105E = Own => "ZJB105E {} {} - NO SPACE CODED FOR NEW DATA SET {}";
    ZJB106E = Own => "ZJB106E {} - DATA SET {} IS IN USE BY ANOTHER JOB AND THE WAIT WAS CANCELLED";
    ZJB107E = Own => "ZJB107E {} - HOST FILE SYSTEM OR DATABASE ERROR: {}";
    ZJB108E = Own => "ZJB108E {} {} - {} IS NOT EMULATED";
    /// The generation is cataloged and counts from now on.
    ZJB150I = Own => "ZJB150I {<44} ROLLED IN, DDNAME={<8}";
    ZJB151E = Own => "ZJB151E {} {} - {} IS NOT THE NAME OF A GENERATION DATA GROUP";
    ZJB152E = Own => "ZJB152E {} {} - GENERATION DATA GROUP {} HAS NO GENERATION {}";
    /// The host abends with SB14-0C when STOW finds the directory full.
    ZJB153E = Own => "ZJB153E {} - THE DIRECTORY OF THE LIBRARY IS FULL";
    /// A program of the step, such as IDCAMS, has deleted the data set that the DD holds.
    ZJB154W = Own => "ZJB154W {<44} WAS DELETED IN THE STEP, DDNAME={<8}";
    ZJB155W = Own => "ZJB155W {<44} NOT DELETED BEFORE {}, DDNAME={<8}";
    /// The host reads such a concatenation with the attributes of the first data set and ends in an input error.
    ZJB156E = Own => "ZJB156E {} {} - {} (RECFM={}, LRECL={}) IS UNLIKE THE FIRST DATA SET (RECFM={}, LRECL={})";
    ZJB157E = Own => "ZJB157E {} {} - {} LEADS TO NO DD STATEMENT";
    ZJB158E = Own => "ZJB158E {} - THE PARM IN {} IS LONGER THAN {} CHARACTERS";
    ZJB160E = Own => "ZJB160E GENERATION DATA GROUP {} HAS GENERATIONS AND FORCE IS NOT CODED";
    ZJB161E = Own => "ZJB161E {} HAS NOT EXPIRED AND PURGE IS NOT CODED";
    ZJB163E = Own => "ZJB163E CONTROL STATEMENTS OF IEBGENER ARE NOT EMULATED";
    ZJB164E = Own => "ZJB164E COPYING RECORDS OF {} TO {} IS NOT EMULATED";
    ZJB162E = Own => "ZJB162E {} OF DEFINE GENERATIONDATAGROUP IS MISSING OR WRONG";

    // 200 IDCAMS
    ZJB201E = Own => "ZJB201E {} CANNOT BE OPENED: {}";
    /// The host knows the command or option, zjob does not emulate it.
    ZJB210E = Own => "ZJB210E {} IS NOT EMULATED. CONDITION CODE IS 12";
    ZJB211E = Own => "ZJB211E DELETE NEEDS THE NAME OF AN ENTRY";
    ZJB212E = Own => "ZJB212E A PARENTHESIS OR APOSTROPHE STANDS IN A WRONG PLACE IN {}";
    ZJB213E = Own => "ZJB213E A WORD HAS MORE THAN {} CHARACTERS";
    ZJB214E = Own => "ZJB214E AN APOSTROPHE IS NOT CLOSED";
    ZJB215E = Own => "ZJB215E MORE THAN {} ENTRY NAMES";
    ZJB216E = Own => "ZJB216E LIBRARY {} IS NOT IN THE CATALOG";
    ZJB217E = Own => "ZJB217E DATA SET {} IS IN USE";
    ZJB218E = Own => "ZJB218E REPRO NEEDS ONE INPUT AND ONE OUTPUT";
    ZJB219E = Own => "ZJB219E RECFM AND LRECL OF {} ARE NOT KNOWN";
    /// A broken modal command makes the rest of the input unreadable.
    ZJB220E = Own => "ZJB220E {} CANNOT BE UNDERSTOOD AT '{}'. REST OF INPUT IGNORED";
    ZJB221E = Own => "ZJB221E {} STANDS WHERE NO IF OR DO IS OPEN. REST OF INPUT IGNORED";
    ZJB222E = Own => "ZJB222E IF COMMANDS ARE NESTED DEEPER THAN {}. REST OF INPUT IGNORED";
    ZJB223E = Own => "ZJB223E END IS MISSING AFTER DO";

    // 300 TERSE
    /// The host announces what it does, names both data sets and tells their sizes; no such listing was published.
    ZJB300I = Own => "ZJB300I TERSE {} STARTED";
    ZJB301I = Own => "ZJB301I {<6} {<8} {}";
    ZJB302I = Own => "ZJB302I UNPACKED {} BYTES, PACKED {} BYTES, RATIO {} PERCENT";
    ZJB303I = Own => "ZJB303I THE ORIGINAL HAD RECFM={}, LRECL={}, BLKSIZE={}";
    /// PARM must be PACK, SPACK or UNPACK.
    ZJB304E = Own => "ZJB304E PARM='{}' IS NEITHER PACK NOR SPACK NOR UNPACK";
    ZJB305E = Own => "ZJB305E THE INPUT WITH RECFM={}, LRECL={} CANNOT BE PACKED: {}";
    ZJB306E = Own => "ZJB306E THE INPUT CANNOT BE PACKED: {}";
    /// A packed data set has RECFM=FB or F and LRECL=1024. A transfer into another form has cut its records.
    ZJB307E = Own => "ZJB307E THE INPUT HAS RECFM={}, LRECL={}, A PACKED DATA SET HAS RECFM=FB, LRECL=1024. TRANSFER IT AGAIN, IN BINARY, INTO A DATA SET OF THIS FORM";
    ZJB308E = Own => "ZJB308E THE INPUT CANNOT BE UNPACKED: {}";
    ZJB309E = Own => "ZJB309E THE INPUT HOLDS A PACKED LIBRARY, THE OUTPUT IS NOT A LIBRARY. CODE DSORG=PO OR DIRECTORY BLOCKS";
    ZJB310W = Own => "ZJB310W {}";
    ZJB311E = Own => "ZJB311E THE INPUT IS A LIBRARY. THE FORM THAT SPACK GIVES IT IS NOT KNOWN. USE PACK";
    ZJB312E = Own => "ZJB312E THE INPUT IS A LIBRARY THAT CANNOT BE PACKED: {}";
    ZJB313I = Own => "ZJB313I MEMBERS {}, ALIASES {}";
    ZJB314E = Own => "ZJB314E THE OUTPUT IS A LIBRARY, THE INPUT HOLDS A SEQUENTIAL DATA SET. NAME A MEMBER";
    ZJB315E = Own => "ZJB315E THE LIBRARY CANNOT BE WRITTEN: {}";
    ZJB316W = Own => "ZJB316W ALIAS {} LEADS TO NO MEMBER AND WAS LEFT OUT";

    // 400 Encryption Facility
    /// The host names the key type and the engine here; only the text for ENCTDES was ever published.
    ZJB401I = Own => "ZJB401I DATA ENCRYPTED WITH A {}";
    /// The report of CSDFILDE was never published.
    ZJB402I = Own => "ZJB402I CSDFILDE STARTED {} {}";
    ZJB403I = Own => "ZJB403I INPUT: DESC='{}'";
    ZJB404I = Own => "ZJB404I OUTPUT: LRECL {} BLKSIZE {} RECFM {}";
    ZJB405I = Own => "ZJB405I BYTES READ: {} BYTES WRITTEN: {} RECORDS WRITTEN: {}";
    ZJB406I = Own => "ZJB406I TOTAL ELAPSED TIME: {}";
    ZJB410E = Own => "ZJB410E '{}' IS NOT A CONTROL STATEMENT OF THIS PROGRAM. KEYWORDS START IN COLUMN 1";
    ZJB411E = Own => "ZJB411E PASSWORD AND RSA EXCLUDE EACH OTHER";
    ZJB412E = Own => "ZJB412E NEITHER PASSWORD NOR RSA IS CODED IN SYSIN";
    ZJB413E = Own => "ZJB413E ENCTDES IS VALID ONLY TOGETHER WITH RSA";
    ZJB414E = Own => "ZJB414E A PASSWORD MUST HAVE 8 TO 32 CHARACTERS, THIS ONE HAS {}";
    ZJB415E = Own => "ZJB415E '{}' IS NOT A KEY LABEL: 1 TO 64 OF A-Z 0-9 @ # $ AND PERIOD, A LETTER OR @ # $ FIRST";
    ZJB416E = Own => "ZJB416E DESC NEEDS 1 TO {} CHARACTERS OF IBM-1047 BETWEEN APOSTROPHES ON ONE CARD";
    ZJB417E = Own => "ZJB417E {}={} IS NOT VALID. CODE {}";
    ZJB418E = Own => "ZJB418E SYSIN HAS MORE THAN {} STATEMENTS";
    ZJB420E = Own => "ZJB420E {} CANNOT BE OPENED: {}";
    ZJB421E = Own => "ZJB421E THE DATA OF {} CHANGED WHILE THEY WERE READ";
    ZJB422E = Own => "ZJB422E THE PASSWORD IS WRONG. NOTHING WAS WRITTEN";
    ZJB423E = Own => "ZJB423E THE DATA OF {} ARE DAMAGED: {}. NOTHING WAS WRITTEN";
    ZJB424E = Own => "ZJB424E THE KEY STORE HAS NO RSA KEY WITH THE LABEL {}";
    ZJB425E = Own => "ZJB425E THE KEY STORE HAS NO PRIVATE KEY WITH THE LABEL {}";
    ZJB426E = Own => "ZJB426E THE RSA KEY {} CANNOT BE USED: {}";
    /// A password for a file that needs an RSA key, an RSA key for one that needs a password, another RSA key.
    ZJB427E = Own => "ZJB427E {} CANNOT BE OPENED SO: {}. NOTHING WAS WRITTEN";
    /// Perhaps one that a real host has encrypted.
    ZJB428E = Own => "ZJB428E {} IS NOT A FILE THAT ZJOB HAS ENCRYPTED. NOTHING WAS WRITTEN";

    // 450 OpenPGP mode of Encryption Facility: the lines of the class are not verified
    ZJB450I = Own => "ZJB450I {} STARTED";
    ZJB451E = Own => "ZJB451E {} IS NOT A KNOWN COMMAND OR OPTION OF EFOpenPGP";
    ZJB452E = Own => "ZJB452E {} IS MISSING, OR LACKS ITS VALUE";
    ZJB453E = Own => "ZJB453E THE COMMAND MUST BE ONE OF -e -c -d. IT STANDS IN MAINARGS";
    ZJB454E = Own => "ZJB454E THE COMMAND NEEDS ONE INPUT FILE, IT NAMES {}";
    ZJB455E = Own => "ZJB455E THE VALUE OF {} IS NOT VALID. CODE ONE OF {}";
    ZJB456E = Own => "ZJB456E {} CANNOT BE USED: {}";
    ZJB457E = Own => "ZJB457E THE CLASS {} IS NOT EMULATED";
    ZJB458E = Own => "ZJB458E KEY NOT USABLE: {}";
    ZJB459I = Own => "ZJB459I BYTES READ: {} BYTES WRITTEN: {}";
    ZJB460I = Own => "ZJB460I SIGNATURE: {}";
    ZJB461I = Own => "ZJB461I CLEAR BYTES: {} RECORDS WRITTEN: {}";
    ZJB462E = Own => "ZJB462E {}: {}. NOTHING WAS WRITTEN";
    ZJB463E = Own => "ZJB463E {} CANNOT BE USED: {}. NAME A DD, AS IN //DD:INPUT, OR A DATA SET, AS IN //'HLQ.DATA'";
    ZJB464E = Own => "ZJB464E {} HAS MORE THAN {} CHARACTERS";
    ZJB465E = Own => "ZJB465E {} LINE {}: {}";
    ZJB466E = Own => "ZJB466E {} HAS NO RECORD LENGTH. CODE RECFM AND LRECL";
    ZJB467E = Own => "ZJB467E {} TAKES RECORDS OF FIXED LENGTH: {} BYTES ARE NO MULTIPLE OF {}. NOTHING WAS WRITTEN";
    /// The product has this command or option, zjob has not.
    ZJB468E = Own => "ZJB468E {} OF EFOpenPGP IS NOT EMULATED";
    ZJB469E = Own => "ZJB469E {} IS NOT IN THE CATALOG. CODE A DD STATEMENT FOR A NEW DATA SET";

    // 500 FTP client
    /// Neither SYSFTPD nor any data set of the search order holds FTP.DATA.
    ZJB500I = Own => "ZJB500I FTP.DATA was not found, the defaults of the client are used";
    ZJB501E = Own => "ZJB501E The subcommand is unknown: {}";
    ZJB502E = Own => "ZJB502E The subcommand is ambiguous: {}";
    /// The host has this subcommand, zjob has not. It counts as an error of usage.
    ZJB503E = Own => "ZJB503E The subcommand {} is not emulated";
    ZJB504E = Own => "ZJB504E The operands of {} are missing or wrong";
    ZJB505E = Own => "ZJB505E You must first issue the 'OPEN' command";
    ZJB506E = Own => "ZJB506E There is a connection already, to {}";
    ZJB507E = Own => "ZJB507E The host {} is unknown";
    ZJB508E = Own => "ZJB508E No connection to {}: {}";
    ZJB509E = Own => "ZJB509E The connection to {} was lost: {}";
    ZJB510E = Own => "ZJB510E {} cannot be opened: {}";
    ZJB511E = Own => "ZJB511E {} cannot be read: {}";
    ZJB512E = Own => "ZJB512E {} cannot be written: {}";
    ZJB513E = Own => "ZJB513E No data connection: {}";
    /// A positive reply counts only if all data went over a connection that was closed in good order.
    ZJB514E = Own => "ZJB514E The transfer is not complete: {}";
    ZJB515E = Own => "ZJB515E The server does not keep to the protocol: {}";
    ZJB516W = Own => "ZJB516W {} records were longer than {} bytes and were cut";
    ZJB517E = Own => "ZJB517E {} is not emulated";
    ZJB518E = Own => "ZJB518E PARM is wrong: {}";
    /// SECURE_DATACONN asks for a protection that the server refused, so nothing is transferred.
    ZJB519E = Own => "ZJB519E The server refused the protection of the data connection";
    ZJB520E = Own => "ZJB520E {} exists and (REPLACE was not coded";
    ZJB521I = Own => "ZJB521I Local names begin with {}";
    ZJB522E = Own => "ZJB522E A record of the subcommand stream holds a control character";
    ZJB523E = Own => "ZJB523E The subcommand stream {} cannot be used: {}";

    // 600 network and sandbox

    // 700 server

}
