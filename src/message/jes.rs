//! JES2, job start and end, security and accounting lines ($HASP, IEF403I, IRR, ICH).

use super::Witness::{Doc, Log, Source};

super::rows! {
    IRR010I = Log("zos-idcams-delete-maxcc0-alloc-JOB00418") => "IRR010I  USERID {<8} IS ASSIGNED TO THIS JOB.";
    ICH70001I = Log("zos-idcams-delete-maxcc0-alloc-JOB00418") => "ICH70001I {<8} LAST ACCESS AT {} ON {}";
    HASP373 = Log("zos-idcams-delete-maxcc0-alloc-JOB00418") => "$HASP373 {<8} STARTED - INIT {<4} - CLASS {<8} - SYS {}";
    HASP395_CODE = Log("zos24-asm-pgm-cc4048") => "$HASP395 {<8} ENDED - RC={04}";
    HASP395_ABEND = Doc("JES2 Messages, $HASP395") => "$HASP395 {<8} ENDED - ABEND={}";
    IEF403I = Log("zos-idcams-delete-maxcc0-alloc-JOB00418") => "IEF403I {} - STARTED - TIME={}";
    IEF404I = Log("zos-idcams-delete-maxcc0-alloc-JOB00418") => "IEF404I {} - ENDED - TIME={}";
    IEFC452I = Log("zos-issue-iefc452i-jcl-error") => "IEFC452I {} - JOB NOT RUN - JCL ERROR";
    IEF453I = Source("two public programs that read real logs") => "IEF453I {} - JOB FAILED - JCL ERROR - TIME={}";
    /// First line of a message with an identifier at its end, as all multi-line messages have.
    IEF450I = Log("job SLEEP with ABEND=S222, unit tests of zos-node-accessor") => "IEF450I {} - ABEND={} U{04} REASON={}";
    IEFA111I = Log("zos-idcams-delete-maxcc0-alloc-JOB00418") => "IEFA111I {} IS USING THE FOLLOWING JOB RELATED SETTINGS:";
    IEFA111I_SETTINGS = Log("zos-issue-iefa107i-dataset-not-found") => "         SWA=BELOW,TIOT SIZE=64K,DSENQSHR=DISALLOW,GDGBIAS=JOB";
    STEP_TABLE_GROUPS = Log("zos-idcams-delete-maxcc0-alloc-JOB00418") => "-                                      -----TIMINGS (MINS.)------                          -----PAGING COUNTS----";
    STEP_TABLE_COLUMNS = Log("zos-idcams-delete-maxcc0-alloc-JOB00418") => "-STEPNAME PROCSTEP    RC   EXCP   CONN       TCB       SRB  CLOCK          SERV  WORKLOAD  PAGE  SWAP   VIO SWAPS";
    STEP_TABLE_ROW = Log("zos-idcams-delete-maxcc0-alloc-JOB00418") => "-{<8} {<8} {>5} {>6}      0       .00       .00 {>6}                BATCH        0     0     0     0";
    STEP_TABLE_JOB = Log("zos-idcams-delete-maxcc0-alloc-JOB00418") => "-{<8} ENDED.  NAME-{<20} TOTAL TCB CPU TIME=      .00 TOTAL ELAPSED TIME={>6}";
    STATISTICS = Log("zos-idcams-delete-maxcc0-alloc-JOB00418") => "------ JES2 JOB STATISTICS ------";
    STATISTICS_DATE = Log("zos-idcams-delete-maxcc0-alloc-JOB00418") => "  {} JOB EXECUTION DATE";
    STATISTICS_CARDS = Log("zos-idcams-delete-maxcc0-alloc-JOB00418") => "{>13} CARDS READ";
    STATISTICS_PRINT = Log("zos-idcams-delete-maxcc0-alloc-JOB00418") => "{>13} SYSOUT PRINT RECORDS";
    STATISTICS_PUNCH = Log("zos-idcams-delete-maxcc0-alloc-JOB00418") => "            0 SYSOUT PUNCH RECORDS";
    STATISTICS_SPOOL = Log("zos-idcams-delete-maxcc0-alloc-JOB00418") => "{>13} SYSOUT SPOOL KBYTES";
    STATISTICS_TIME = Log("zos-idcams-delete-maxcc0-alloc-JOB00418") => "{>13} MINUTES EXECUTION TIME";
}
