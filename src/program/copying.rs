//! When records may go from one data set to another as they are.

use crate::dataset::{Attributes, Dcb};

/// Records go over as they are: nothing is cut, padded or turned from one format into another.
pub(super) fn is_alike(from: Attributes, to: Attributes) -> bool {
    let fits =
        if from.recfm.is_fixed() { from.lrecl == to.lrecl } else { from.longest_record() <= to.longest_record() };
    from.recfm.is_like(to.recfm) && fits
}

/// The attributes that a data set of this label has for records `from` another one: what it lacks, it gets from there.
pub(super) fn like(label: Dcb, from: Attributes) -> Attributes {
    let Dcb { recfm, lrecl, blksize, .. } = label;
    let known = |size: Option<u32>, else_size| size.filter(|&size| size > 0).unwrap_or(else_size);
    Attributes {
        recfm: recfm.unwrap_or(from.recfm),
        lrecl: known(lrecl, from.lrecl),
        blksize: known(blksize, from.blksize),
    }
}

/// The form of records as messages show it.
pub(super) fn form(attributes: Attributes) -> String {
    format!("RECFM={},LRECL={}", attributes.recfm, attributes.lrecl)
}

#[cfg(test)]
mod tests {
    use super::is_alike;
    use crate::dataset::{Attributes, Recfm};

    #[test]
    fn records_of_another_form_are_not_copied() {
        let from = Attributes { recfm: Recfm::FB, lrecl: 80, blksize: 800 };
        assert!(is_alike(from, Attributes { blksize: 27_920, ..from }));
        assert!(!is_alike(from, Attributes { lrecl: 100, blksize: 1000, ..from }));
        assert!(!is_alike(from, Attributes { recfm: Recfm::VB, lrecl: 84, blksize: 840 }));
    }
}
