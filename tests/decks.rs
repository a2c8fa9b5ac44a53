//! Decks of all kinds, each of which a mainframe would run so.

mod common;

use common::TestSystem;
use zjob::job::initiator::JobEnd;

#[test]
fn what_may_not_be_there_is_deleted_with_no_space_at_all() {
    let system = TestSystem::new();
    let deck = "//J JOB 1\n//S EXEC PGM=IEFBR14\n//A DD DSN=T.A,DISP=(MOD,DELETE,DELETE),UNIT=SYSDA,SPACE=(CYL,(0))\n\
                //B DD DSN=T.B,DISP=(MOD,DELETE),SPACE=(TRK,0)\n//C DD DSN=T.C,DISP=(MOD,DELETE),SPACE=(TRK,(0,0))\n";
    for _ in 0..2 {
        let ran = system.run(deck);
        assert_eq!(*ran.end(), JobEnd::Code(0), "{}", ran.listing());
    }
    let system = system.text("T.B", &["it is there"]);
    assert_eq!(*system.run(deck).end(), JobEnd::Code(0));
    assert!(!system.exists("T.B"));
}
