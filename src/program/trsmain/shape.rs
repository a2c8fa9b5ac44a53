//! What records look like, in the terms of data sets and in those of a TERSE header.
//!
//! Border: attributes on one side, headers on the other; no data.

use crate::dataset::Attributes;
use crate::dataset::Recfm;
use crate::dataset::attributes::{LRECL_X, MAX_BLOCK};
use crate::terse::{Header, Method};

/// The header for records of these attributes, or why there is none.
pub fn header(method: Method, attributes: &Attributes) -> Result<Header, &'static str> {
    let &Attributes { recfm, lrecl, blksize } = attributes;
    let longest = attributes.longest_record() as u32;
    if recfm.is_undefined() {
        return Err("TERSE has no form for undefined records");
    }
    let most = if recfm.is_spanned() { LRECL_X } else { MAX_BLOCK };
    if longest == 0 || lrecl > most {
        return Err("there are no such records");
    }
    if recfm.is_fixed() && blksize % lrecl != 0 {
        return Err("the block size is no multiple of the record length");
    }
    let Some(block) = u16::try_from(blksize).ok().filter(|_| blksize <= MAX_BLOCK) else {
        return Err("there are no such blocks");
    };
    let header = Header::new(method, recfm.is_variable(), longest, block);
    Ok(if recfm.is_spanned() { header.spanned() } else { header })
}

/// The attributes of what was packed, as far as the header knows them: that records are blocked is assumed, and
/// a block size that is not there is the one that the system would determine.
pub fn attributes(header: &Header) -> Attributes {
    let recfm = match (header.variable, header.is_spanned()) {
        (false, _) => Recfm::FB,
        (true, false) => Recfm::VB,
        (true, true) => Recfm::VBS,
    };
    let lrecl = match header.lrecl() {
        long if recfm.is_spanned() && long > MAX_BLOCK => LRECL_X,
        lrecl => lrecl,
    };
    match header.block_size {
        0 => Attributes::with_system_block_size(recfm, lrecl),
        size => Attributes { recfm, lrecl, blksize: u32::from(size) },
    }
}

/// True if the first byte of each record is a control character: what the header of such data says about it is
/// not known, so it says nothing.
pub fn loses_control_characters(attributes: &Attributes) -> bool {
    attributes.recfm.has_asa() || attributes.recfm.has_machine_control()
}

#[cfg(test)]
mod tests {
    use super::{attributes, header};
    use crate::dataset::Attributes;
    use crate::terse::Method;

    fn shape(recfm: &str, lrecl: u32, blksize: u32) -> Attributes {
        Attributes { recfm: recfm.parse().expect("a record format"), lrecl, blksize }
    }

    #[test]
    fn attributes_come_back_from_the_header() {
        for (recfm, lrecl, blksize) in [
            ("FB", 80, 27_920),
            ("VB", 255, 27_998),
            ("VBS", 300, 4096),
            ("VBS", 0x8000, 27_998),
            ("FB", 32_760, 32_760),
        ] {
            let shape = shape(recfm, lrecl, blksize);
            assert_eq!(attributes(&header(Method::Spack, &shape).expect("a header")), shape);
        }
    }

    #[test]
    fn records_of_any_length_have_the_longest_that_an_rdw_can_describe() {
        let header = header(Method::Pack, &shape("VBS", 0x8000, 27_998)).expect("a header");
        assert_eq!(header.record_length, 65_531);
    }

    #[test]
    fn a_missing_block_size_is_that_of_the_system() {
        let mut header = header(Method::Pack, &shape("FB", 80, 80)).expect("a header");
        header.block_size = 0;
        assert_eq!(attributes(&header), shape("FB", 80, 27_920));
    }

    #[test]
    fn what_no_data_set_has_is_refused() {
        for (recfm, lrecl, blksize) in
            [("U", 0, 6144), ("FB", 80, 81), ("FB", 40_000, 40_000), ("VB", 4, 100), ("VB", 80, 40_000), ("FB", 0, 0)]
        {
            assert!(header(Method::Pack, &shape(recfm, lrecl, blksize)).is_err(), "{recfm} {lrecl} {blksize}");
        }
    }
}
