//! Lines of the FTP client (EZA, EZY, EZZ).

#[allow(unused_imports, reason = "a family may have one kind of witness only")]
use super::Witness::{Doc, Log, Source};

/// The log of a z/OS client at ECuRep, published by IBM with its pages for customers.
const ECUREP: &str = "FTPS example of the ECuRep pages";
/// "IP User's Guide and Commands", the page on interpreting FTP client output and its samples.
const GUIDE: &str = "z/OS Communications Server: IP User's Guide and Commands, samples";

super::rows! {
    EZA1450I = Log(ECUREP) => "EZA1450I IBM FTP CS {}";
    EZA1456I = Log(ECUREP) => "EZA1456I Connect to ?";
    EZA1459I = Log(GUIDE) => "EZA1459I NAME ({}:{}):";
    EZA1460I = Log(ECUREP) => "EZA1460I Command:";
    EZA1466I = Log(GUIDE) => "EZA1466I FTP: using {}";
    EZA1554I = Log(ECUREP) => "EZA1554I Connecting to: {} port: {}.";
    /// The count is of bytes on the data connection; a Kbyte is 1000 bytes.
    EZA1617I = Log("PDPCLIB, example folks") => "EZA1617I {} bytes transferred in {} seconds. Transfer rate {} Kbytes/sec.";
    /// A command as it goes to the server. The password is never shown.
    EZA1701I = Log(ECUREP) => "EZA1701I >>> {}";
    /// The server did not answer within the timer, so the control connection was closed.
    EZA1721W = Doc("IBM Support, FTP PUT/GET fails to complete, swg21080868") => "EZA1721W Server not responding, closing connection";
    /// The step ended because (EXIT or CLIENTEXIT TRUE is in force. The standard code is the number of the
    /// subcommand followed by the last reply (000: none); the step's condition code is that number modulo 4096.
    EZA1735I = Log("IBM answer 446857") => "EZA1735I Std Return Code = {05}, Error Code = {05}";
    EZA1736I = Log(ECUREP) => "EZA1736I {}";
    EZA1772I = Log(ECUREP) => "EZA1772I FTP: EXIT has been set.";
    EZA1789I = Log(ECUREP) => "EZA1789I PASSWORD:";
    EZA2284I = Log("z/OS Communications Server Information Center, diagnosing FTP client problems") => "EZA2284I {}";
    /// A timer of FTP.DATA or of (TIMEOUT ran out: MYOPENTIME, INACTTIME, DATACTTIME, DCONNTIME or CCONNTIME.
    EZA2589E = Doc("IBM Support, FTP PUT/GET fails to complete, swg21080868") => "EZA2589E Connection to server interrupted or timed out";
    EZA2807I = Log(ECUREP) => "EZA2807I Executing under single stack configuration. Specified TCPIP name {} ignored.";
    EZA2895I = Log(ECUREP) => "EZA2895I Authentication negotiation succeeded";
    /// The TLS handshake failed, or FTP.DATA names no usable key ring.
    EZA2897I = Log("IBM answer 446857") => "EZA2897I Authentication negotiation failed";
    EZA2898I = Log("IBM answer 446857") => "EZA2898I Unable to successfully negotiate required authentication";
    EZA2906I = Log(ECUREP) => "EZA2906I Data connection protection is private";
    EZY2640I = Log(ECUREP) => "EZY2640I Using {} for local site configuration parameters.";
    EZYFT18I = Log(ECUREP) => "EZYFT18I Using catalog '/usr/lib/nls/msg/C/ftpdmsg.cat' for FTP messages.";
    EZYFT26I = Log(ECUREP) => "EZYFT26I Using 7-bit conversion derived from 'ISO8859-1' and 'IBM-1047' for the control connection.";
    EZYFT32I = Log(ECUREP) => "EZYFT32I Using the same translate tables for the control and data connections.";
    EZYFT46E = Log(GUIDE) => "EZYFT46E Error in {} file: line {} near column {}.";
    /// A statement that only the server knows stands in the client's FTP.DATA. SUPPRESSIGNOREWARNINGS TRUE
    /// silences these lines.
    EZYFT47I = Log("a system log quoted in public set-up notes, beginning elided") => "EZYFT47I {} file, line {}: Ignoring keyword \"{}\".";
}
