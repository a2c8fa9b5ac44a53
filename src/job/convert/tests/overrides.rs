//! What overriding and overridden statements look like in JESJCL when symbols stand in them.

use super::procedures::with_libraries;
use super::{JOB, listing};
use crate::job::convert::Missing;

#[test]
fn a_substitution_of_an_overridden_statement_follows_it() {
    // The order of lines of a real listing of z/OS: //, X/, IEFC653I.
    let members = &[(
        "SYS1.PROCLIB",
        "SORT",
        "//SORT PROC LIB=PROD,CLASS=A\n//S EXEC PGM=X\n//STEPLIB DD DSN=&LIB..LOAD,DISP=SHR\n\
         //OUT DD SYSOUT=&CLASS\n",
    )];
    let deck = format!("{JOB}// SET MINE=H\n//C EXEC SORT\n//STEPLIB DD\n//OUT DD SYSOUT=&MINE\n//*\n");
    let job = with_libraries(&deck, members, Missing::Stops);
    let listing = listing(&job);
    let expanded = listing.split("PGM=X\n").nth(1).unwrap_or_default();
    assert_eq!(
        expanded,
        "  6 //STEPLIB DD\n    X/STEPLIB DD DSN=&LIB..LOAD,DISP=SHR\n    \
         IEFC653I SUBSTITUTION JCL - DSN=PROD.LOAD,DISP=SHR\n  7 //OUT DD SYSOUT=&MINE\n    //*\n    \
         IEFC653I SUBSTITUTION JCL - SYSOUT=H\n    X/OUT DD SYSOUT=&CLASS\n    IEFC653I SUBSTITUTION JCL - SYSOUT=A\n"
    );
}
