//! Messages of the other programs (AMA and the like).

#[allow(unused_imports, reason = "a family may have one kind of witness only")]
use super::Witness::{Doc, Log, Source};

super::rows! {
    // CSDFILEN: lines without an id
    CSDFILEN_HEADING = Log("SG24-7318 figure 5-9") =>
        "CSDFILEN Encryption Utility  {} (MM/DD/YYYY) {} (HH:MM:SS)";
    CSDFILEN_INPUT = Log("SG24-7318 figure 5-9") => "INPUT: {}";
    CSDFILEN_RSA_KEY = Log("SG24-7318 figure 5-9") => "CSDFILEN: RSA-PUB : {}";
    CSDFILEN_ATTRIBUTES = Log("SG24-7318 figure 5-9") => "INPUT: LRECL {} BLKSIZE {} RECFM {}";
    CSDFILEN_OUTPUT = Log("SG24-7318 figure 5-9") => "OUTPUT: BLKSIZE {}";
    CSDFILEN_SECURE_TDES = Log("SG24-7318 figure 5-9") =>
        "ENCRYPTION OF DATA: ENCRYPTED TDES KEY USING CRYPTO COPROCESSOR";
    CSDFILEN_RECORDS = Log("SG24-7318 figure 5-9") => "RECORDS READ: {} WRITTEN: {}";
    CSDFILEN_BYTES = Log("SG24-7318 figure 5-9") => "BYTES READ: {} BYTES WRITTEN: {} WITH HEADER AND PAD";
    CSDFILEN_TIMES = Log("SG24-7318 figure 5-9") => "CIPHER TIMES (IN SECONDS):";
    CSDFILEN_HIGH = Log("SG24-7318 figure 5-9") => "HIGH: {} DATA: {}";
    CSDFILEN_LOW = Log("SG24-7318 figure 5-9") => "LOW:  {} DATA: {}";
    CSDFILEN_TOTAL = Log("SG24-7318 figure 5-9") => "TOTAL CIPHER TIME (IN SECONDS): {} CIPHERS: {}";
    CSDFILEN_ELAPSED = Log("SG24-7318 figure 5-9") => "TOTAL ELAPSED TIME: {}";
    // IEBGENER
    IEBGENER_HEADING = Log("zos-hello-iebgener-JOB00134") =>
        "DATA SET UTILITY - GENERATE                                                                       PAGE {}";
    IEB352I = Log("zos-hello-iebgener-JOB00134") =>
        "IEB352I WARNING: ONE OR MORE OF THE OUTPUT DCB PARMS COPIED FROM INPUT";
    IEBGENER_END = Log("zos-hello-iebgener-JOB00134") => "PROCESSING ENDED AT EOD";
    // The JZOS launcher
    JVMJZBL1021N = Doc("Semeru Runtime Certified Edition for z/OS, JZOS batch launcher: Messages, return codes") =>
        "JVMJZBL1021N JZOS batch launcher completed, return code={}";
    JVMJZBL1042E = Doc("Semeru Runtime Certified Edition for z/OS, JZOS batch launcher: Messages, return codes") =>
        "JVMJZBL1042E JZOS batch launcher failed, return code={}";
    // TRSMAIN and AMATERSE
    AMA513I = Log("zos-terse-testdata-readme") =>
        "AMA513I  AN EMPTY RECORD WAS FOUND. THE DATA SET MIGHT NOT BE ABLE TO BE UNPACKED ON OTHER OPERATING SYSTEMS";
    AMA518E = Doc("MVS Diagnosis: Tools and Service Aids, AMATERSE") => "AMA518E UNABLE TO OPEN OUTPUT DATASET";
    AMA522E = Doc("MVS Diagnosis: Tools and Service Aids, AMATERSE") =>
        "AMA522E INPUT DATASET HAS AN UNSUPPORTED DATASET ORGANIZATION";
}
