//! Masks: what may be different from run to run, replaced on both sides before they are compared.

use regex::{Regex, RegexBuilder};
use thiserror::Error;

use crate::system::config::Mask;

/// Ports and addresses of data connections, which the system of the test chooses.
const BUILT_IN: &[(&str, &str)] = &[
    (r"^(.*>>> PORT )[0-9,]+ *$", "${1}h,h,h,h,p,p"),
    (r"^(.*>>> EPRT )\|[^|\n]*\|[^|\n]*\|[^|\n]*\| *$", "${1}|n|address|port|"),
    (r"^(.*\b227 [^(\n]*)\([0-9,]+\)", "${1}(h,h,h,h,p,p)"),
    (r"^(.*\b229 [^(\n]*)\(\|[^)\n]*\)", "${1}(|||port|)"),
];

/// A mask is no regular expression.
#[derive(Debug, Error)]
#[error("[test] mask {pattern:?}: {what}")]
pub struct MaskError {
    /// The mask.
    pub pattern: String,
    /// What is wrong with it.
    pub what: String,
}

/// The built-in masks and those of `zjob.toml`, in order.
#[derive(Debug)]
pub struct Masks(Vec<(Regex, String)>);

impl Masks {
    /// Reads the masks. `^` and `$` stand for the ends of lines.
    pub fn new(configured: &[Mask]) -> Result<Self, MaskError> {
        let of_config = configured.iter().map(|mask| (mask.pattern.clone(), mask.replace.clone()));
        let built_in = BUILT_IN.iter().map(|(pattern, replace)| ((*pattern).to_owned(), (*replace).to_owned()));
        let masks = built_in.chain(of_config).map(|(pattern, replace)| {
            // The last line says what is wrong, those before it draw the pattern.
            let what = |error: regex::Error| error.to_string().lines().last().unwrap_or_default().to_owned();
            let wrong = |error| MaskError { pattern: pattern.clone(), what: what(error) };
            Ok((RegexBuilder::new(&pattern).multi_line(true).build().map_err(wrong)?, replace))
        });
        masks.collect::<Result<_, _>>().map(Self)
    }

    /// `text` with everything masked that may be different.
    pub fn apply(&self, text: &str) -> String {
        self.0
            .iter()
            .fold(text.to_owned(), |text, (pattern, replace)| pattern.replace_all(&text, replace.as_str()).into_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::Masks;
    use crate::system::config::Mask;

    fn masked(text: &str, configured: &[Mask]) -> String {
        Masks::new(configured).expect("masks").apply(text)
    }

    #[test]
    fn ports_and_addresses_are_masked() {
        for (line, result) in [
            ("EZA1701I >>> PORT 127,0,0,1,200,7", "EZA1701I >>> PORT h,h,h,h,p,p"),
            ("EZA1701I >>> EPRT |1|127.0.0.1|51234|", "EZA1701I >>> EPRT |n|address|port|"),
            ("227 Entering Passive Mode (127,0,0,1,255,223)", "227 Entering Passive Mode (h,h,h,h,p,p)"),
            ("229 Entering Extended Passive Mode (|||65024|)", "229 Entering Extended Passive Mode (|||port|)"),
            ("EZA1617I 7368 bytes transferred", "EZA1617I 7368 bytes transferred"),
        ] {
            assert_eq!(masked(line, &[]), result);
        }
    }

    #[test]
    fn masks_of_the_configuration_come_after() {
        let mask = Mask { pattern: r"^RUN \d+$".to_owned(), replace: "RUN n".to_owned() };
        assert_eq!(masked("A\nRUN 17\nRUN 17 B\n", &[mask]), "A\nRUN n\nRUN 17 B\n");
        let wrong = Mask { pattern: "(".to_owned(), replace: String::new() };
        assert!(Masks::new(&[wrong]).is_err());
    }
}
