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
    ZJB010E = Own => "ZJB010E THE {} STATEMENT IS NOT EMULATED";
    ZJB011E = Own => "ZJB011E KEYWORD {}{} IS NOT EMULATED";
    ZJB012E = Own => "ZJB012E {} IN THE {} FIELD IS NOT EMULATED";
    ZJB013E = Own => "ZJB013E PROCEDURE {} CANNOT BE CALLED - PROCEDURES ARE NOT EMULATED";
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
    ZJB025E = Own => "ZJB025E DLM MUST NAME 2 TO 8 CHARACTERS";
    ZJB026E = Own => "ZJB026E DSNAME {} IS NOT A DATA SET NAME THAT CAN BE EMULATED";
    ZJB030I = Own => "ZJB030I Cards {} to {} stand before the JOB card and were left out; JES2 would take them for another job.";
    ZJB031I = Own => "ZJB031I Cards from {} on follow the null statement on card {}: z/OS ignores them.";
    ZJB032I = Own => "ZJB032I Cards {} to {} are neither JCL nor in-stream data: JES2 puts a SYSIN DD * statement before them.";
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

    // 100 data sets and jobs

    // 200 IDCAMS

    // 300 TERSE

    // 400 Encryption Facility

    // 500 FTP client

    // 600 network and sandbox

    // 700 server

}
