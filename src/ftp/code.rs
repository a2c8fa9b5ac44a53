//! Return codes of the client: client error codes, the standard code, and the condition code of the step.
//!
//! Source: "IP User's Guide and Commands", FTP return codes.

/// Why a subcommand failed, with the client error codes of the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum ClientError {
    /// 02: the server answered with an error.
    Server = 2,
    /// 04: a start parameter is wrong.
    Parameter = 4,
    /// 05: INPUT cannot be opened.
    OpenInput = 5,
    /// 06: OPEN while there is a connection.
    AlreadyConnected = 6,
    /// 07: a subcommand is used wrongly.
    Usage = 7,
    /// 08: unknown host, lost connection, no data connection.
    Connect = 8,
    /// 09: a timer ran out.
    Timeout = 9,
    /// 10: socket error, or a peer that breaks the protocol.
    Session = 10,
    /// 11: user id, password or account refused.
    Login = 11,
    /// 12: INPUT cannot be read.
    ReadInput = 12,
    /// 14: a translate table or the like is missing.
    NotFound = 14,
    /// 15: there is no INPUT.
    Environment = 15,
    /// 17: no security.
    Authentication = 17,
    /// 18: a local file cannot be opened.
    FileAccess = 18,
    /// 19: a local file cannot be read.
    FileRead = 19,
    /// 20: a local file cannot be written.
    FileWrite = 20,
    /// 26: a subcommand needs a connection.
    NotConnected = 26,
}

impl ClientError {
    /// The two-digit code.
    pub fn number(self) -> u16 {
        self as u16
    }
}

/// How the run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// With a condition code, 0 to 4095.
    Code(u16),
    /// The user stopped it.
    Stopped,
}

/// CLIENTERRCODES of FTP.DATA.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CodeStyle {
    /// FALSE: the standard code.
    #[default]
    Standard,
    /// TRUE: the client error code.
    ClientError,
    /// EXTENDED: client error code, then subcommand code.
    Extended,
}

/// An error of a subcommand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failure {
    /// Code of the subcommand, 0 for none.
    pub subcommand: u16,
    /// The last reply during that subcommand, 0 for none.
    pub reply: u16,
    /// The client error code.
    pub error: ClientError,
}

/// Condition codes have twelve bits.
const CODES: u16 = 4096;

impl Failure {
    /// The standard return code `yyxxx`.
    pub fn standard(self) -> u32 {
        u32::from(self.subcommand) * 1000 + u32::from(self.reply)
    }

    /// The condition code of a step that ends with this failure: `fixed` is the `nn` of `(EXIT=nn`.
    pub fn condition_code(self, fixed: Option<u16>, style: CodeStyle) -> u16 {
        match (fixed, style) {
            (Some(code), _) => code % CODES,
            // No subcommand and no reply would give 0, and a failed step must not look like a good one.
            (None, CodeStyle::Standard) if self.standard() == 0 => self.error.number(),
            (None, CodeStyle::Standard) => (self.standard() % u32::from(CODES)) as u16,
            (None, CodeStyle::ClientError) => self.error.number(),
            (None, CodeStyle::Extended) => (self.error.number() * 100 + self.subcommand) % CODES,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ClientError, CodeStyle, Failure};

    fn failure(subcommand: u16, reply: u16) -> Failure {
        Failure { subcommand, reply, error: ClientError::Server }
    }

    #[test]
    fn the_step_code_is_the_standard_code_modulo_4096() {
        // The pairs that the reference computes, the first two of them seen in logs.
        for (yy, xxx, code) in [
            (27, 550, 2974),
            (27, 0, 2424),
            (16, 550, 166),
            (10, 0, 1808),
            (10, 234, 2042),
            (26, 530, 1954),
            (27, 530, 2954),
            (27, 425, 2849),
            (27, 426, 2850),
            (27, 452, 2876),
            (27, 553, 2977),
            (7, 550, 3454),
            (13, 550, 1262),
            (14, 550, 2262),
            (20, 501, 21),
            (16, 421, 37),
        ] {
            assert_eq!(failure(yy, xxx).condition_code(None, CodeStyle::Standard), code, "{yy}{xxx}");
        }
    }

    #[test]
    fn exit_with_a_number_wins_and_clienterrcodes_choose_otherwise() {
        let failure = failure(27, 550);
        assert_eq!(failure.condition_code(Some(8), CodeStyle::Extended), 8);
        assert_eq!(failure.condition_code(None, CodeStyle::ClientError), 2);
        assert_eq!(failure.condition_code(None, CodeStyle::Extended), 227);
    }

    #[test]
    fn no_failure_ever_gives_code_zero_unless_asked_for() {
        let unknown = Failure { subcommand: 0, reply: 0, error: ClientError::Usage };
        assert_eq!(unknown.condition_code(None, CodeStyle::Standard), 7);
        assert_eq!(unknown.condition_code(Some(0), CodeStyle::Standard), 0);
    }
}
