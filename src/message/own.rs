//! Lines of our own, `ZJBnnns`: they stand where the host certainly prints something whose text nobody has
//! verified, and where zjob speaks for itself. Numbers: 000 deck, 100 data sets and jobs, 200 IDCAMS,
//! 300 TERSE, 400 Encryption Facility, 500 FTP client, 600 network and sandbox, 700 server.

#[allow(unused_imports, reason = "every row here is ours")]
use super::Witness::Own;

super::rows! {
    // 000 deck

    // 100 data sets and jobs
    ZJB100I = Own => "ZJB100I {<8} ENDED - JCL ERROR";
    ZJB101I = Own => "ZJB101I {} - SYMPTOM DUMP NOT PRODUCED - COMPLETION CODE={} REASON CODE={}";
    ZJB102E = Own => "ZJB102E {} {} - LIBRARY {} HAS NO MEMBER {}";
    ZJB103E = Own => "ZJB103E {} {} - VOLUME {} IS NOT KNOWN";
    ZJB104E = Own => "ZJB104E {} {} - NO VOLUME HAS THE SPACE THAT DATA SET {} ASKS FOR";
    ZJB105E = Own => "ZJB105E {} {} - NO SPACE CODED FOR NEW DATA SET {}";
    ZJB106E = Own => "ZJB106E {} {} - DATA SET {} IS IN USE BY ANOTHER JOB AND THE WAIT WAS CANCELLED";
    ZJB107E = Own => "ZJB107E {} - HOST FILE SYSTEM OR DATABASE ERROR: {}";
    ZJB108E = Own => "ZJB108E {} {} - {} IS NOT EMULATED";

    // 200 IDCAMS

    // 300 TERSE

    // 400 Encryption Facility

    // 500 FTP client

    // 600 network and sandbox

    // 700 server

}
