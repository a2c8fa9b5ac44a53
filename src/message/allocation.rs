//! Allocation, disposition and abend messages of a step (IEF, IEFA, IGD, IEC, CSV).

use super::Witness::{Doc, Log, Source};

super::rows! {
    IEF236I = Log("zos-idcams-delete-maxcc0-alloc-JOB00418") => "IEF236I ALLOC. FOR {}";
    IEF237I = Log("zos-idcams-delete-maxcc0-alloc-JOB00418") => "IEF237I {<4} ALLOCATED TO {}";
    IGD100I = Log("zos-dbdgen-proc-overrides-JOB00361") => "IGD100I {<4} ALLOCATED TO DDNAME {<8} DATACLAS ({<8})";
    IGD101I = Log("zos-idcams-delete-maxcc0-alloc-JOB00418") => "IGD101I SMS ALLOCATED TO DDNAME ({<8})";
    IGD101I_DSN = Log("zos-idcams-delete-maxcc0-alloc-JOB00418") => "        DSN ({<44})";
    IGD101I_CLASSES = Log("zos-idcams-delete-maxcc0-alloc-JOB00418") => "        STORCLAS ({}) MGMTCLAS ({<8}) DATACLAS ({<8})";
    IGD101I_VOLUME = Log("zos-idcams-delete-maxcc0-alloc-JOB00418") => "        VOL SER NOS= {<70}";
    IGD103I = Log("zos24-cobol-pgm-sysout") => "IGD103I SMS ALLOCATED TO DDNAME {}";
    IGD104I = Log("zos-idcams-delete-maxcc0-alloc-JOB00418") => "IGD104I {<44} RETAINED,  DDNAME={<8}";
    IGD105I = Log("zos-issue-passed-temporaries") => "IGD105I {<44} DELETED,   DDNAME={<8}";
    IGD106I = Log("zos-issue-passed-temporaries") => "IGD106I {<44} PASSED,    DDNAME={<8}";
    IEF285I = Log("zos-idcams-delete-maxcc0-alloc-JOB00418") => "IEF285I   {<44} {<14}";
    IEF285I_VOLUME = Log("zos-dbdgen-proc-overrides-JOB00361") => "IEF285I   VOL SER NOS= {}.                            ";
    IEF142I = Log("zos-idcams-delete-maxcc0-alloc-JOB00418") => "IEF142I {} - STEP WAS EXECUTED - COND CODE {04}";
    IEF472I = Source("IEFBB4M4; z/OS form in jcl-and-jes.md 9.3") => "IEF472I {} - COMPLETION CODE - SYSTEM={} USER={04} REASON={}";
    IEF201I = Source("IEFBB4M1") => "IEF201I {} - JOB TERMINATED BECAUSE OF CONDITION CODES";
    IEF202I = Source("IEFBB4M1") => "IEF202I {} - STEP WAS NOT RUN BECAUSE OF CONDITION CODES";
    IEF202I_ONLY = Source("IEFBB4M1") => "IEF202I {} - STEP WAS NOT RUN BECAUSE OF COND=ONLY";
    IEF206I = Log("zos-if-then-else-listcat-cc4") => "IEF206I {} - STEP WAS NOT RUN BECAUSE OF CONDITIONAL EXPRESSION ON STATEMENT {}";
    IEF221I = Source("IEFBB4M3") => "IEF221I {} - PGM=*.DD - REFERENCED STEP NOT EXECUTED OR DATA SET TYPE INVALID";
    IEF267I = Source("IEFBB4M3") => "IEF267I {} {} - DIRECTORY SPACE REQUEST IS LARGER THAN PRIMARY REQUEST";
    IEF661I = Source("IEFVGM70") => "IEF661I RESTART STEP NOT FOUND";
    IEF272I = Log("zos-issue-iefa107i-dataset-not-found") => "IEF272I {} - STEP WAS NOT EXECUTED.";
    IEFA107I = Log("zos-issue-iefa107i-dataset-not-found") => "IEFA107I {} {} - DATA SET {} NOT FOUND";
    IEF210I = Source("IEFBB4M2") => "IEF210I {} {} - UNIT FIELD SPECIFIES INCORRECT DEVICE NAME";
    IEF245I = Source("IEFBB4M2") => "IEF245I {} {} - INCONSISTENT UNIT NAME AND VOLUME SERIAL";
    IEF257I = Source("IEFBB4M2") => "IEF257I {} {} - SPACE REQUESTED NOT AVAILABLE";
    IGD17101I = Log("zos-idcams-define-delete-texts") => "IGD17101I DATA SET {}";
    IGD17101I_NAME = Log("zos-idcams-define-delete-texts") => "NOT DEFINED BECAUSE DUPLICATE NAME EXISTS IN CATALOG";
    IGD17101I_CODE = Log("zos-idcams-define-delete-texts") => "RETURN CODE IS 8 REASON CODE IS 38 IGG0CLEH";
    IEF373I = Log("zos-idcams-delete-maxcc0-alloc-JOB00418") => "IEF373I STEP/{<8}/START {}";
    IEF032I = Log("zos-idcams-delete-maxcc0-alloc-JOB00418") => "IEF032I STEP/{<8}/STOP  {} ";
    STEP_CPU = Log("zos-idcams-delete-maxcc0-alloc-JOB00418") => "        CPU:     0 HR  00 MIN  00.00 SEC    SRB:     0 HR  00 MIN  00.00 SEC    ";
    STEP_VIRT = Log("zos-issue-iefa107i-dataset-not-found") => "        VIRT:     0K  SYS:     0K  EXT:        0K  SYS:        0K";
    STEP_REAL = Log("zos-issue-iefa107i-dataset-not-found") => "        ATB- REAL:                     0K  SLOTS:                     0K";
    STEP_SHARED = Log("zos-issue-iefa107i-dataset-not-found") => "             VIRT- ALLOC:       0M SHRD:       0M";
    IEF375I = Log("zos-idcams-delete-maxcc0-alloc-JOB00418") => "IEF375I  JOB/{<8}/START {}";
    IEF033I = Log("zos-idcams-delete-maxcc0-alloc-JOB00418") => "IEF033I  JOB/{<8}/STOP  {} ";
    CSV003I = Log("job EXECPGM, JOB00375, z/OS, 2021") => "CSV003I REQUESTED MODULE {<8} NOT FOUND";
    CSV028I = Log("job EXECPGM, JOB00375, z/OS, 2021") => "CSV028I ABEND806-04  JOBNAME={<8}  STEPNAME={<8}";
    IEC030I = Doc("MVS System Messages, IEC030I") => "IEC030I B37-04,IFG0554A,{}";
    IEC031I = Log("jobs of an MVS 3.8j system, 2026") => "IEC031I D37-04,IFG0554T,{}";
    IEC032I = Doc("MVS System Messages, IEC032I") => "IEC032I E37-04,IFG0554A,{}";
    IEC141I = Doc("MVS System Messages, IEC141I") => "IEC141I 013-{},IGG0191B,{}";
    IEC130I = Doc("MVS System Messages, IEC130I") => "IEC130I {<8} DD STATEMENT MISSING";
}
