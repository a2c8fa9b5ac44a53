//! Any bytes as a deck: advice is given, and a second repair changes nothing.
#![no_main]

use libfuzzer_sys::fuzz_target;
use zjob::advice::{Catalog, Known, Options, check, fix};
use zjob::dataset::{DataSetName, MemberName};
use zjob::job::convert::ConvertSettings;

struct NoCatalog;

impl Catalog for NoCatalog {
    fn find(&self, _: &DataSetName, _: Option<&MemberName>) -> Known {
        Known::Absent
    }

    fn text(&self, _: &DataSetName, _: Option<&MemberName>) -> Option<String> {
        None
    }
}

fuzz_target!(|deck: &[u8]| {
    let settings = ConvertSettings::for_user("IBMUSER");
    let _ = check(deck, &settings, &NoCatalog, Options::default());
    let once = fix(deck, &settings, &NoCatalog, Options::default());
    let twice = fix(&once.deck, &settings, &NoCatalog, Options::default());
    assert!(once.deck == twice.deck, "a second repair changes the deck");
});
