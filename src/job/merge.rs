//! The merge at OPEN: program, DD and label become attributes.
//!
//! Border: arithmetic of DCBs. What happens where nobody said enough is OPEN's matter.

use crate::dataset::{Attributes, Dcb, Recfm};

/// Attributes of a data set that is written with `new` for what its label leaves open. A block size of `new`
/// that does not go with the label gives way to that of the system.
pub(super) fn merge_new(label: Dcb, new: Attributes) -> Attributes {
    let wanted = label.or(new.into());
    let by_label = label.recfm.and_then(|_| merge(label));
    let by_system = || merge(Dcb { blksize: None, ..wanted });
    let fitting = by_label.or_else(|| merge(wanted)).filter(Attributes::is_consistent);
    fitting.or_else(by_system).unwrap_or(new)
}

/// Attributes after the merge at OPEN; `None` if nobody said enough.
pub(super) fn merge(dcb: Dcb) -> Option<Attributes> {
    let recfm = dcb.recfm.unwrap_or(Recfm::U);
    if recfm.is_undefined() {
        let blksize = dcb.blksize.filter(|&n| n > 0);
        if blksize.is_none() && dcb.recfm.is_none() {
            return None;
        }
        let blksize = blksize.unwrap_or(crate::dataset::attributes::MAX_BLOCK);
        return Some(Attributes { recfm, lrecl: dcb.lrecl.unwrap_or(0), blksize });
    }
    let blksize = dcb.blksize.filter(|&n| n > 0);
    let lrecl = dcb.lrecl.filter(|&n| n > 0).or_else(|| match (recfm.is_fixed(), blksize) {
        (true, size) => size,
        (false, size) => size.map(|size| size.saturating_sub(4)),
    })?;
    let blksize = blksize.unwrap_or_else(|| crate::dataset::attributes::system_block_size(recfm, lrecl));
    Some(Attributes { recfm, lrecl, blksize })
}

/// Attributes of records that go nowhere or to the spool: whatever was asked for, made complete.
pub(super) fn dummy_attributes(dcb: Dcb) -> Attributes {
    let recfm = dcb.recfm.unwrap_or(Recfm::VBA);
    merge(Dcb { recfm: Some(recfm), lrecl: dcb.lrecl.or(Some(137)), ..dcb }).unwrap_or(Attributes {
        recfm,
        lrecl: 137,
        blksize: 141,
    })
}

#[cfg(test)]
mod tests {
    use super::{Attributes, Dcb, Recfm, merge, merge_new};

    fn dcb(recfm: Recfm, lrecl: u32, blksize: Option<u32>) -> Dcb {
        Dcb { recfm: Some(recfm), lrecl: Some(lrecl), blksize, dsorg: None }
    }

    #[test]
    fn a_block_size_of_zero_is_one_that_nobody_gave() {
        assert_eq!(merge(dcb(Recfm::U, 0, Some(0))), Some(Attributes { recfm: Recfm::U, lrecl: 0, blksize: 32_760 }));
        assert_eq!(merge(dcb(Recfm::FB, 80, Some(0))), merge(dcb(Recfm::FB, 80, None)));
    }

    #[test]
    fn a_data_set_of_which_nobody_said_anything_has_no_attributes() {
        assert_eq!(merge(Dcb::default()), None);
        assert_eq!(merge(Dcb { lrecl: Some(0), blksize: Some(0), ..Dcb::default() }), None);
    }

    #[test]
    fn the_defaults_of_a_client_fill_in_what_a_label_leaves_open_and_nothing_else() {
        // RECFM VB, LRECL 256 and BLKSIZE 6233 are the defaults of the FTP client.
        let new = Attributes { recfm: Recfm::VB, lrecl: 256, blksize: 6233 };
        let merged = |label| merge_new(label, new);
        assert_eq!(merged(Dcb::default()), new);
        assert_eq!(merged(dcb(Recfm::FB, 80, None)), Attributes::with_system_block_size(Recfm::FB, 80));
        assert_eq!(merged(dcb(Recfm::FB, 80, Some(800))), Attributes { recfm: Recfm::FB, lrecl: 80, blksize: 800 });
        assert!(merged(Dcb { recfm: Some(Recfm::FB), ..Dcb::default() }).is_consistent());
    }
}
