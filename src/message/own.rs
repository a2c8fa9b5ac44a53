//! Lines of our own, `ZJBnnns`: they stand where the host certainly prints something whose text nobody has
//! verified, and where zjob speaks for itself. Numbers: 000 deck, 100 data sets and jobs, 200 IDCAMS,
//! 300 TERSE, 400 Encryption Facility, 500 FTP client, 600 network and sandbox, 700 server.

#[allow(unused_imports, reason = "every row here is ours")]
use super::Witness::Own;

super::rows! {
    // 000 deck

    // 100 data sets and jobs

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
    /// A broken modal command makes the rest of the input unreadable.
    ZJB220E = Own => "ZJB220E {} CANNOT BE UNDERSTOOD AT '{}'. REST OF INPUT IGNORED";
    ZJB221E = Own => "ZJB221E {} STANDS WHERE NO IF OR DO IS OPEN. REST OF INPUT IGNORED";
    ZJB222E = Own => "ZJB222E IF COMMANDS ARE NESTED DEEPER THAN {}. REST OF INPUT IGNORED";
    ZJB223E = Own => "ZJB223E END IS MISSING AFTER DO";

    // 300 TERSE

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
    ZJB415E = Own => "ZJB415E '{}' IS NOT A KEY LABEL OF 1 TO 64 CHARACTERS THAT STARTS WITH A LETTER OR @ # $";
    ZJB416E = Own => "ZJB416E DESC NEEDS 1 TO {} CHARACTERS BETWEEN APOSTROPHES ON ONE CARD";
    ZJB417E = Own => "ZJB417E {}={} IS NOT VALID. CODE {}";
    ZJB418E = Own => "ZJB418E SYSIN HAS MORE THAN {} STATEMENTS";
    /// zjob knows the statement and cannot do what it asks for.
    ZJB419E = Own => "ZJB419E {} IS NOT EMULATED";
    ZJB420E = Own => "ZJB420E {} CANNOT BE OPENED: {}";
    ZJB421E = Own => "ZJB421E THE DATA OF {} CHANGED WHILE THEY WERE READ";
    ZJB422E = Own => "ZJB422E THE PASSWORD IS WRONG. NOTHING WAS WRITTEN";
    ZJB423E = Own => "ZJB423E THE DATA OF {} ARE DAMAGED: {}. NOTHING WAS WRITTEN";

    // 500 FTP client

    // 600 network and sandbox

    // 700 server

}
