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

    // 600 network and sandbox

    // 700 server

}
