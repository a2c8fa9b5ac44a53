//! TCPIP.DATA, as far as the client asks it: the name of the stack.
//!
//! Border: reads lines; resolvers and addresses in it are not used.

/// What TCPIP.DATA tells the client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TcpipData {
    /// TCPIPJOBNAME or TCPIPUSERID: the name of the stack.
    pub stack: String,
}

impl Default for TcpipData {
    fn default() -> Self {
        Self { stack: "TCPIP".to_owned() }
    }
}

impl TcpipData {
    /// Reads the lines of a TCPIP.DATA: `[system:] keyword value`, comments behind `;` or `#`.
    pub fn parse<'t>(lines: impl IntoIterator<Item = &'t str>) -> Self {
        let mut data = Self::default();
        for line in lines {
            let text = line.split([';', '#']).next().unwrap_or_default();
            let mut words = text.split_whitespace().skip_while(|word| word.ends_with(':'));
            let keyword = words.next().unwrap_or_default().to_ascii_uppercase();
            if let ("TCPIPJOBNAME" | "TCPIPUSERID", Some(name)) = (keyword.as_str(), words.next()) {
                data.stack = name.to_ascii_uppercase();
            }
        }
        data
    }
}
