//! Lines of our own, `ZJBnnns`: they stand where the host certainly prints something whose text nobody has
//! verified, and where zjob speaks for itself. Numbers: 000 deck, 100 data sets and jobs, 200 IDCAMS,
//! 300 TERSE, 400 Encryption Facility, 500 FTP client, 600 network and sandbox, 700 server.

#[allow(unused_imports, reason = "every row here is ours")]
use super::Witness::Own;

super::rows! {
    // 000 deck

    // 100 data sets and jobs
    ZJB100I = Own => "ZJB100I {<8} ENDED - JCL ERROR";
    ZJB101I = Own => "ZJB101I {} - SYMPTOM DUMP NOT PRODUCED - COMPLETION CODE={} REASON CODE={}";
    ZJB102E = Own => "ZJB102E {} {} - LIBRARY {} HAS NO MEMBER {}";
    ZJB103E = Own => "ZJB103E {} {} - VOLUME {} IS NOT KNOWN";
    ZJB104E = Own => "ZJB104E {} {} - NO VOLUME HAS THE SPACE THAT DATA SET {} ASKS FOR";
    ZJB105E = Own => "ZJB105E {} {} - NO SPACE CODED FOR NEW DATA SET {}";
    ZJB106E = Own => "ZJB106E {} {} - DATA SET {} IS IN USE BY ANOTHER JOB AND THE WAIT WAS CANCELLED";
    ZJB107E = Own => "ZJB107E {} - HOST FILE SYSTEM OR DATABASE ERROR: {}";
    ZJB108E = Own => "ZJB108E {} {} - {} IS NOT EMULATED";

    // 200 IDCAMS

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
    ZJB309E = Own => "ZJB309E THE INPUT HOLDS A PACKED LIBRARY. THIS STEP DOES NOT UNPACK LIBRARIES";
    ZJB310W = Own => "ZJB310W {}";

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
