//! Lines of our own, `ZJBnnns`: they stand where the host certainly prints something whose text nobody has
//! verified, and where zjob speaks for itself. Numbers: 000 deck, 100 data sets and jobs, 200 IDCAMS,
//! 300 TERSE, 400 Encryption Facility, 500 FTP client, 600 network and sandbox, 700 server.

#[allow(unused_imports, reason = "every row here is ours")]
use super::Witness::Own;

super::rows! {
    // 000 deck

    // 100 data sets and jobs

    // 200 IDCAMS

    // 300 TERSE

    // 400 Encryption Facility

    // 500 FTP client
    /// Neither SYSFTPD nor any data set of the search order holds FTP.DATA.
    ZJB500I = Own => "ZJB500I FTP.DATA was not found, the defaults of the client are used";
    ZJB501E = Own => "ZJB501E The subcommand is unknown: {}";
    ZJB502E = Own => "ZJB502E The subcommand is ambiguous: {}";
    /// The host has this subcommand, zjob has not. It counts as an error of usage.
    ZJB503E = Own => "ZJB503E The subcommand {} is not emulated";
    ZJB504E = Own => "ZJB504E The operands of {} are missing or wrong";
    ZJB505E = Own => "ZJB505E You must first issue the 'OPEN' command";
    ZJB506E = Own => "ZJB506E There is a connection already, to {}";
    ZJB507E = Own => "ZJB507E The host {} is unknown";
    ZJB508E = Own => "ZJB508E No connection to {}: {}";
    ZJB509E = Own => "ZJB509E The connection to {} was lost: {}";
    ZJB510E = Own => "ZJB510E {} cannot be opened: {}";
    ZJB511E = Own => "ZJB511E {} cannot be read: {}";
    ZJB512E = Own => "ZJB512E {} cannot be written: {}";
    ZJB513E = Own => "ZJB513E No data connection: {}";
    /// A positive reply counts only if all data went over a connection that was closed in good order.
    ZJB514E = Own => "ZJB514E The transfer is not complete: {}";
    ZJB515E = Own => "ZJB515E The server does not keep to the protocol: {}";
    ZJB516W = Own => "ZJB516W {} records were longer than {} bytes and were cut";
    ZJB517E = Own => "ZJB517E {} is not emulated";
    ZJB518E = Own => "ZJB518E PARM is wrong: {}";
    /// SECURE_DATACONN asks for a protection that the server refused, so nothing is transferred.
    ZJB519E = Own => "ZJB519E The server refused the protection of the data connection";
    ZJB520E = Own => "ZJB520E {} exists and (REPLACE was not coded";
    ZJB521I = Own => "ZJB521I Local names begin with {}";
    ZJB522E = Own => "ZJB522E A record of the subcommand stream holds a control character";
    ZJB523E = Own => "ZJB523E The subcommand stream {} cannot be used: {}";

    // 600 network and sandbox

    // 700 server

}
