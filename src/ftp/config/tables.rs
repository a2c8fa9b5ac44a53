//! Translation of text data between the code page of files and that of the network.
//!
//! Border: tables of 256 bytes; who translates when is `outgoing` and `incoming`.

use crate::codepage::CodePage;

/// Translation of text data.
#[derive(Debug, Clone)]
pub struct DataTables {
    /// From files to the network.
    pub outgoing: [u8; 256],
    /// From the network to files.
    pub incoming: [u8; 256],
}

impl Default for DataTables {
    /// IBM-1047 and ISO8859-1, as EZYFT26I and EZYFT32I say.
    fn default() -> Self {
        let page = CodePage::ibm1047();
        Self { outgoing: page.to_latin1(), incoming: page.from_latin1() }
    }
}

impl DataTables {
    /// The tables of `(file page,network page)`; `None` if one of the pages is not known.
    pub(super) fn named(value: &str) -> Option<Self> {
        let (file, network) = value.strip_prefix('(')?.strip_suffix(')')?.split_once(',')?;
        let file = CodePage::named(file.trim())?;
        let network = network.trim().to_ascii_uppercase();
        if matches!(network.as_str(), "ISO8859-1" | "ISO-8859-1" | "IBM-819") {
            return Some(Self { outgoing: file.to_latin1(), incoming: file.from_latin1() });
        }
        let network = CodePage::named(&network)?;
        Some(Self { outgoing: between(file, network), incoming: between(network, file) })
    }
}

fn between(from: &CodePage, to: &CodePage) -> [u8; 256] {
    let mut table = [crate::codepage::EBCDIC_SUBSTITUTE; 256];
    for (byte, slot) in (0..=u8::MAX).zip(&mut table) {
        *slot = to.byte(from.character(byte)).unwrap_or(*slot);
    }
    table
}
