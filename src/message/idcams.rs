//! Access method services (IDC).

#[allow(unused_imports, reason = "a family may have one kind of witness only")]
use super::Witness::{Doc, Log, Source};

super::rows! {
    // Lines without an id
    IDCAMS_HEADING = Log("JOB00418") =>
        "IDCAMS  SYSTEM SERVICES                                           TIME: {}        {}     PAGE{>7}";

    LISTCAT_HEADING = Log("zos-idcams-listcat-all") => "                            LISTING FROM CATALOG -- {}";
    LISTCAT_NONVSAM = Log("zos-idcams-listcat-all") => "NONVSAM ------- {}";
    LISTCAT_GDG = Log("zos-idcams-listcat-all") => "GDG BASE ------ {}";
    LISTCAT_CATALOG = Log("zos-idcams-listcat-all") => "     IN-CAT --- {}";
    LISTCAT_TOTALS = Log("zos-idcams-listcat-all") => "         THE NUMBER OF ENTRIES PROCESSED WAS:";
    LISTCAT_TOTAL = Log("zos-idcams-listcat-all") => "                   {} {}";
    LISTCAT_PROTECTED = Log("zos-idcams-listcat-all") => "         THE NUMBER OF PROTECTED ENTRIES SUPPRESSED WAS 0";

    IDC0005I = Source("IDCTSUV0") => "IDC0005I NUMBER OF RECORDS PROCESSED WAS {}";
    IDC0001I = Log("JOB00418") => "IDC0001I FUNCTION COMPLETED, HIGHEST CONDITION CODE WAS {}";
    IDC0002I = Log("JOB00418") => "IDC0002I IDCAMS PROCESSING COMPLETE. MAXIMUM CONDITION CODE WAS {}";
    /// The command stands in a THEN or ELSE clause that does not count.
    IDC0204I = Source("IDCTSRI0") => "IDC0204I PRECEDING COMMAND BYPASSED DUE TO CONDITION CODES";
    IDC0548I = Source("IDCTSDL0") => "IDC0548I ** MEMBER {} NOT DELETED";
    IDC0549I = Log("MATEDK01, TSO DELETE of a member") => "IDC0549I MEMBER {} DELETED";
    IDC0550I = Log("JOB00388") => "IDC0550I ENTRY ({}) {} DELETED";
    IDC0551I = Log("JOB00418") => "IDC0551I ** ENTRY {} NOT DELETED";
    IDC3003I = Log("IDCAMS DEFINE of a duplicate name, 2023-06-29") => "IDC3003I FUNCTION TERMINATED. CONDITION CODE IS {}";
    IDC3013I = Log("IDCAMS DEFINE of a duplicate name, 2023-06-29") => "IDC3013I DUPLICATE DATA SET NAME";
    IDC3523I = Source("IDCTSDE0") => "IDC3523I GENERATION DATA GROUP NAMES CANNOT EXCEED 35 CHARACTERS";
    IDC1566I = Log("LISTCAT of a missing entry, MVS utilities survey") => "IDC1566I ** {} NOT LISTED";
    IDC3009I = Log("IDCAMS DELETE of a missing entry, 2023-06-29") =>
        "IDC3009I ** VSAM CATALOG RETURN CODE IS {} - REASON CODE IS {}";
    IDC3012I = Log("IDCAMS DELETE of a missing entry, 2023-06-29") => "IDC3012I ENTRY {} NOT FOUND";
    IDC3202I = Log("IDCAMS LISTCAT of a wrong name") =>
        "IDC3202I ABOVE TEXT BYPASSED UNTIL NEXT COMMAND. CONDITION CODE IS 12";
    IDC3203I = Log("IDCAMS LISTCAT of a wrong name") => "IDC3203I ITEM '{}' DOES NOT ADHERE TO RESTRICTIONS";
    IDC3211I = Log("IDCAMS DEFINE with a wrong keyword") => "IDC3211I KEYWORD '{}' IS IMPROPER";
    /// The first word of a command is no command. Column 1 is not read.
    IDC3219I = Source("IDCTSRI0") => "IDC3219I VERB NAME '{}' UNKNOWN";
    IDC3302I = Source("IDCTSIO0") => "IDC3302I  ACTION ERROR ON {}";
    IDC3330I = Source("IDCTSIO0") => "IDC3330I ** {<8} NOT FOUND";
    /// DELETE with NONVSAM allocates the data set first, and allocation does not find it.
    IKJ56228I = Log("JOB00418") => "IKJ56228I DATA SET {} NOT IN CATALOG OR CATALOG CAN NOT BE ACCESSED";
}
