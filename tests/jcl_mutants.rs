//! Wrong decks, one defect each: good decks are broken by rule, and each broken one must be refused at the statement
//! that is broken, with the message that the references give for the defect.
//!
//! Message ids are those of the MVS 3.8j converter modules (IEFVGM1 to IEFVGM71) and of real job logs; which of them
//! belongs to which defect is what the JCL reference and the message texts say. ZJB ids are ours.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use zjob::job::convert::{ConvertSettings, convert};

/// Fewest decks that the rules must make.
const LEAST: usize = 300;
/// Most of them that one rule may count for.
const MOST_OF_ONE_RULE: usize = 12;
const COLUMNS: usize = 71;

/// Good decks. Each card is a statement, so a statement's number is its place.
const DECKS: &[&str] = &[
    "//COPY JOB (1234,'DEPT'),'A PROGRAMMER',CLASS=A,MSGCLASS=H,REGION=64M
//S1 EXEC PGM=IEBGENER,COND=(4,LT),TIME=(1,30)
//SYSPRINT DD SYSOUT=*
//SYSIN DD DUMMY
//SYSUT1 DD DSN=PROD.INPUT.DATA,DISP=SHR
//SYSUT2 DD DSN=PROD.OUTPUT.DATA,DISP=(NEW,CATLG,DELETE),UNIT=SYSDA,VOL=SER=WORK01
//WORK DD DSN=&&WORK,DISP=(,PASS),SPACE=(CYL,(10,5),RLSE),DCB=(RECFM=FB,LRECL=80)
//S2 EXEC PGM=IEBGENER,PARM='LIST',REGION=0M
//SYSPRINT DD SYSOUT=(A,,STD1)
//SYSUT1 DD DSN=*.S1.WORK,DISP=(OLD,DELETE)
//SYSUT2 DD SYSOUT=B,OUTLIM=5000
",
    "//TERSE JOB ,'SUPPORT',CLASS=B,MSGCLASS=X,MSGLEVEL=(1,1),TYPRUN=SCAN,PRTY=5
//PACK EXEC PGM=AMATERSE,PARM='SPACK',COND=(0,NE)
//TERSE EXEC PGM=TRSMAIN,PARM=PACK,COND=((8,LE),(16,EQ,PACK),EVEN)
//SYSPRINT DD SYSOUT=*,HOLD=YES
//INFILE DD DISP=SHR,DSN=SYS1.DUMP01
//OUTFILE DD DISP=(NEW,CATLG),DSN=YOUR.TRS,SPACE=(TRK,(100,50)),RECFM=FB,LRECL=1024
//LIB DD DISP=SHR,DSN=YOUR.LIB(MEMBER),FREE=CLOSE
//TAPE DD DSN=YOUR.TAPE,DISP=(OLD,KEEP),UNIT=(3490,2),LABEL=(2,SL,,,EXPDT=99365),VOL=(,RETAIN,SER=TAPE01)
",
    "//GDG JOB 1,PROGRAMMER,CLASS=A,NOTIFY=USER1,USER=USER1,TIME=5
//LAST EXEC PGM=SORT,DYNAMNBR=20,ADDRSPC=VIRT,PERFORM=5
//SORTIN DD DSN=MY.GROUP(0),DISP=SHR,DCB=(LRECL=100,BLKSIZE=1000,BUFNO=5)
//SORTOUT DD DSN=MY.GROUP(+1),DISP=(NEW,CATLG,DELETE),SPACE=(100,(20,10)),AVGREC=K,DSORG=PS
//SYSOUT DD SYSOUT=*,COPIES=2,CHARS=(GT10,GT12),FCB=STD1
//PRINT DD SYSOUT=(A,INTRDR),DEST=RMT1,BURST=YES
//LATER DD DDNAME=NEXT
//NEXT DD DSN=OTHER.DATA,DISP=SHR,DSNTYPE=LIBRARY,STORCLAS=FAST,RETPD=30
//UNIX DD PATH='/u/me/file',PATHOPTS=(ORDONLY),PATHMODE=(SIRUSR),PATHDISP=KEEP
",
    "//STREAMS JOB (A),'X',CLASS=C,RESTART=S2,JOBRC=LASTRC,GDGBIAS=STEP
//OUT1 OUTPUT CLASS=A,COPIES=2,DEFAULT=YES,JESDS=ALL,PRTY=100
// COMMAND 'D A,L'
//S1 EXEC PGM=IDCAMS
//SYSPRINT DD SYSOUT=*,OUTPUT=*.OUT1
//SYSIN DD *
//S2 EXEC PGM=IKJEFT01,PARM=('A,B',C),MEMLIMIT=2G,ACCT=(12,AB)
//SYSTSPRT DD SYSOUT=*
//COPY DD DSN=A.B.C,DISP=SHR,LIKE=D.E,UNIT=AFF=SYSTSPRT
// DD DSN=A.B.D,DISP=SHR
//SYSTSIN DD DATA
",
];

/// Replaces `find` by `put` in one statement.
struct Replacement {
    find: &'static str,
    put: &'static str,
    id: &'static str,
}

const fn put(find: &'static str, put: &'static str, id: &'static str) -> Replacement {
    Replacement { find, put, id }
}

/// A defect, by what it is called.
const REPLACEMENTS: &[(&str, &[Replacement])] = &[
    (
        "a status that is none",
        &[
            put("DISP=SHR", "DISP=SHARE", "IEF643I"),
            put("DISP=(NEW,", "DISP=(NEU,", "IEF643I"),
            put("DISP=(OLD,", "DISP=(ALT,", "IEF643I"),
        ],
    ),
    (
        "a disposition that is none",
        &[put(",CATLG", ",CATALOG", "IEF643I"), put(",PASS)", ",PAST)", "IEF643I"), put(",KEEP)", ",KEPT)", "IEF643I")],
    ),
    ("PASS after an abend", &[put(",CATLG,DELETE)", ",CATLG,PASS)", "IEF643I")]),
    (
        "four dispositions",
        &[
            put(",CATLG,DELETE)", ",CATLG,DELETE,KEEP)", "IEFC640I"),
            put("DISP=SHR", "DISP=(SHR,KEEP,KEEP,KEEP)", "IEFC640I"),
        ],
    ),
    (
        "a unit of SPACE that is none",
        &[put("SPACE=(CYL", "SPACE=(CYLS", "IEF643I"), put("SPACE=(TRK", "SPACE=(TRACK", "IEF643I")],
    ),
    (
        "a quantity that is no number",
        &[
            put("(10,5)", "(X,5)", "IEF644I"),
            put("(100,50)", "(1O0,50)", "IEF644I"),
            put("(20,10)", "(20,1X)", "IEF644I"),
        ],
    ),
    (
        "a quantity that is too large",
        &[
            put("(10,5)", "(16777216,5)", "IEF638I"),
            put("(100,50)", "(100,99999999)", "IEF638I"),
            put("SPACE=(100,", "SPACE=(65536,", "IEF638I"),
        ],
    ),
    ("four quantities", &[put("(10,5)", "(10,5,1,1)", "IEFC640I"), put("(100,50)", "(100,50,1,1)", "IEFC640I")]),
    (
        "SPACE without parentheses",
        &[
            put("SPACE=(CYL,(10,5),RLSE)", "SPACE=CYL", "IEFC641I"),
            put("SPACE=(TRK,(100,50))", "SPACE=TRK", "IEFC641I"),
        ],
    ),
    ("RLSE misspelt", &[put(",RLSE)", ",RELSE)", "IEF643I")]),
    ("AVGREC with another letter", &[put("AVGREC=K", "AVGREC=G", "IEF643I")]),
    (
        "a parenthesis that is not closed",
        &[
            put("DELETE)", "DELETE", "IEFC622I"),
            put("RLSE)", "RLSE", "IEFC622I"),
            put("(4,LT)", "(4,LT", "IEFC622I"),
            put("(1,1)", "(1,1", "IEFC622I"),
            put("(100,50))", "(100,50)", "IEFC622I"),
            put("CATLG)", "CATLG", "IEFC622I"),
            put("(A,INTRDR)", "(A,INTRDR", "IEFC622I"),
        ],
    ),
    (
        "a parenthesis that was not opened",
        &[
            put("DISP=SHR", "DISP=SHR)", "IEFC622I"),
            put("CLASS=A", "CLASS=A)", "IEFC622I"),
            put("PGM=IEBGENER", "PGM=IEBGENER)", "IEFC622I"),
            put("SYSOUT=*", "SYSOUT=*)", "IEFC622I"),
        ],
    ),
    (
        "a string that is not closed",
        &[
            put("'A PROGRAMMER'", "'A PROGRAMMER", "IEFC621I"),
            put("'LIST'", "'LIST", "IEFC621I"),
            put("'SUPPORT'", "'SUPPORT", "IEFC621I"),
            put("'SPACK'", "'SPACK", "IEFC621I"),
            put("'/u/me/file'", "'/u/me/file", "IEFC621I"),
            put("'D A,L'", "'D A,L", "IEFC621I"),
        ],
    ),
    (
        "a keyword of DD that is none",
        &[
            put(" DSN=", " DSM=", "IEFC630I"),
            put("DISP=", "DSIP=", "IEFC630I"),
            put("SYSOUT=", "SYSOT=", "IEFC630I"),
            put("SPACE=", "SPCE=", "IEFC630I"),
            put("UNIT=", "UNITS=", "IEFC630I"),
            put("RECFM=", "RECFORM=", "IEFC630I"),
            put("LRECL=", "LRECLEN=", "IEFC630I"),
        ],
    ),
    (
        "a keyword of EXEC that is none",
        &[
            put("COND=", "CONT=", "IEFC630I"),
            put("PARM=", "PRAM=", "IEFC630I"),
            put("REGION=0M", "REGIN=0M", "IEFC630I"),
            put("DYNAMNBR=", "DYNAMNUM=", "IEFC630I"),
        ],
    ),
    (
        "a keyword of JOB that is none",
        &[
            put(",CLASS=", ",KLASS=", "IEFC630I"),
            put("MSGCLASS=", "MSGCLAS=", "IEFC630I"),
            put("NOTIFY=", "NOTFY=", "IEFC630I"),
            put("TYPRUN=", "TYPERUN=", "IEFC630I"),
            put("RESTART=", "RESTRT=", "IEFC630I"),
        ],
    ),
    (
        "a keyword of OUTPUT that is none",
        &[put("DEFAULT=YES", "DEFAUL=YES", "IEFC630I"), put("JESDS=ALL", "JESDD=ALL", "IEFC630I")],
    ),
    (
        "a keyword coded twice",
        &[
            put("DISP=SHR", "DISP=SHR,DISP=SHR", "IEFC652I"),
            put("CLASS=A", "CLASS=A,CLASS=A", "IEFC652I"),
            put("TIME=(1,30)", "TIME=(1,30),TIME=5", "IEFC652I"),
            put("UNIT=SYSDA", "UNIT=SYSDA,UNIT=SYSDA", "IEFC652I"),
            put("LRECL=80", "LRECL=80,LRECL=80", "IEFC652I"),
            put("COPIES=2", "COPIES=2,COPIES=2", "IEFC652I"),
        ],
    ),
    (
        "keywords that exclude each other",
        &[
            put("SYSOUT=*", "SYSOUT=*,DISP=SHR", "IEFC652I"),
            put("SYSOUT=B", "SYSOUT=B,LABEL=(1,SL)", "IEFC652I"),
            put("DDNAME=NEXT", "DDNAME=NEXT,DISP=SHR", "IEFC652I"),
            put("RETPD=30", "RETPD=30,EXPDT=99365", "IEFC652I"),
            put("PATHDISP=KEEP", "PATHDISP=KEEP,DISP=SHR", "IEFC652I"),
            put("DD DATA", "DD DATA,DISP=SHR", "IEFC652I"),
            put("LIKE=D.E", "LIKE=D.E,REFDD=*.S1.SYSIN", "IEFC652I"),
        ],
    ),
    (
        "SYSOUT of a data set",
        &[put("SYSOUT=*", "SYSOUT=*,DSN=A.B", "IEFC655I"), put("SYSOUT=B", "SYSOUT=B,DSNAME=A.B", "IEFC655I")],
    ),
    (
        "a qualifier that is too long",
        &[
            put("DSN=PROD.INPUT.DATA", "DSN=PROD.INPUTDATA.X", "IEF642I"),
            put("DSN=YOUR.", "DSN=YOURSYSTEM.", "IEF642I"),
            put("DSN=A.B.", "DSN=A.BBBBBBBBB.", "IEF642I"),
            put("LIKE=D.E", "LIKE=D.EEEEEEEEE", "IEF642I"),
        ],
    ),
    (
        "a qualifier that begins with a digit",
        &[
            put("DSN=PROD.INPUT", "DSN=PROD.1NPUT", "IEF647I"),
            put("DSN=A.B.C", "DSN=A.B.9C", "IEF647I"),
            put("DSN=YOUR.TRS", "DSN=7OUR.TRS", "IEF647I"),
            put("DSN=OTHER.DATA", "DSN=OTHER.0DATA", "IEF647I"),
        ],
    ),
    (
        "two periods",
        &[
            put("PROD.INPUT", "PROD..INPUT", "IEFC624I"),
            put("A.B.C", "A..B.C", "IEFC624I"),
            put("SYS1.DUMP01", "SYS1..DUMP01", "IEFC624I"),
            put("MY.GROUP(0)", "MY..GROUP(0)", "IEFC624I"),
        ],
    ),
    (
        "a character that names do not have",
        &[
            put("PROD.OUTPUT", "PROD.OUT*PUT", "IEFC628I"),
            put("SYS1.DUMP01", "SYS1/DUMP01", "IEFC650I"),
            put("A.B.D", "A.B.-D", "IEFC651I"),
            put("OTHER.DATA", "OTHER.DA+TA", "IEFC626I"),
            put("YOUR.TAPE", "YOUR.TA%PE", "IEFC623I"),
        ],
    ),
    (
        "a name of more than 44 characters",
        &[put("DSN=PROD.INPUT.DATA", "DSN=A2345678.A2345678.A2345678.A2345678.A2345678.A", "IEF642I")],
    ),
    (
        "a member name that is wrong",
        &[
            put("(MEMBER)", "(MEMBER123)", "IEF642I"),
            put("(MEMBER)", "(MEM_BER)", "IEFC623I"),
            put("(MEMBER)", "()", "IEFC632I"),
        ],
    ),
    (
        "a generation that is no number",
        &[
            put("GROUP(+1)", "GROUP(+X)", "IEF644I"),
            put("GROUP(0)", "GROUP(0X)", "IEF644I"),
            put("GROUP(+1)", "GROUP(+9999)", "IEF638I"),
        ],
    ),
    ("a temporary name that is wrong", &[put("&&WORK", "&&WORKFILE9", "IEF642I"), put("&&WORK", "&&1WORK", "IEF647I")]),
    (
        "a reference that leads nowhere",
        &[
            put("*.S1.WORK", "*.S1.WORKX", "IEF645I"),
            put("*.S1.WORK", "*.S9.WORK", "IEF645I"),
            put("*.S1.WORK", "*.NOSUCH", "IEF645I"),
            put("*.S1.WORK", "*.S1.S2.S3.WORK", "IEF645I"),
        ],
    ),
    (
        "a reference to a later statement",
        &[
            put("DSN=PROD.INPUT.DATA", "DSN=*.WORK", "IEF645I"),
            put("DSN=PROD.INPUT.DATA", "DSN=*.S2.SYSUT2", "IEF645I"),
            put("LIKE=D.E", "REFDD=*.S3.X", "IEF645I"),
        ],
    ),
    (
        "a record format that is none",
        &[
            put("RECFM=FB", "RECFM=BF", "IEF643I"),
            put("RECFM=FB", "RECFM=XB", "IEF643I"),
            put("DSORG=PS", "DSORG=SP", "IEF643I"),
        ],
    ),
    (
        "a record length that is no number",
        &[
            put("LRECL=80", "LRECL=8O", "IEF644I"),
            put("LRECL=1024", "LRECL=1K24", "IEF644I"),
            put("BLKSIZE=1000", "BLKSIZE=-1", "IEF644I"),
        ],
    ),
    (
        "a record length that is too large",
        &[
            put("LRECL=80", "LRECL=32761", "IEF638I"),
            put("LRECL=1024", "LRECL=99999", "IEF638I"),
            put("BLKSIZE=1000", "BLKSIZE=40000", "IEF638I"),
            put("BUFNO=5", "BUFNO=256", "IEF638I"),
        ],
    ),
    (
        "a DCB keyword that is none",
        &[put("(RECFM=FB,LRECL=80)", "(RECFM=FB,RECLEN=80)", "IEFC630I"), put("BUFNO=5", "BUFFNO=5", "IEFC630I")],
    ),
    (
        "a volume serial that is too long",
        &[put("VOL=SER=WORK01", "VOL=SER=WORK001", "IEF642I"), put("SER=TAPE01", "SER=TAPE001", "IEF642I")],
    ),
    (
        "a word of VOL that is none",
        &[put("VOL=(,RETAIN,", "VOL=(,KEEP,", "IEF643I"), put("VOL=SER=WORK01", "VOL=SERIAL=WORK01", "IEF643I")],
    ),
    (
        "a unit that is wrong",
        &[
            put("UNIT=SYSDA", "UNIT=SYSALLDISKS", "IEF642I"),
            put("(3490,2)", "(3490,X)", "IEF644I"),
            put("(3490,2)", "(3490,60)", "IEF638I"),
        ],
    ),
    (
        "a label that is wrong",
        &[
            put("(2,SL", "(X,SL", "IEF644I"),
            put("(2,SL", "(2,XL", "IEF643I"),
            put("EXPDT=99365", "EXPDT=99999", "IEF644I"),
        ],
    ),
    (
        "a class that is none",
        &[
            put("CLASS=A,MSG", "CLASS=*,MSG", "IEFC639I"),
            put("MSGCLASS=H", "MSGCLASS=HH", "IEFC639I"),
            put("MSGCLASS=X", "MSGCLASS=-", "IEFC639I"),
            put("SYSOUT=B", "SYSOUT=BB", "IEFC639I"),
            put("SYSOUT=*", "SYSOUT=?", "IEFC639I"),
        ],
    ),
    (
        "a programmer's name that is too long",
        &[
            put("'A PROGRAMMER'", "'A PROGRAMMER OF MANY'' JOBS'", "IEFC642I"),
            put("'SUPPORT'", "'SUPPORT OF ALL SYSTEMS'", "IEFC642I"),
        ],
    ),
    ("accounting information that is too long", &[]),
    (
        "a third positional operand on JOB",
        &[put(",'A PROGRAMMER'", ",'A PROGRAMMER',X", "IEFC640I"), put("1,PROGRAMMER", "1,PROGRAMMER,2", "IEFC640I")],
    ),
    (
        "a value of JOB that is none",
        &[
            put("TYPRUN=SCAN", "TYPRUN=SCANS", "IEF643I"),
            put("MSGLEVEL=(1,1)", "MSGLEVEL=(3,1)", "IEF638I"),
            put("MSGLEVEL=(1,1)", "MSGLEVEL=(1,X)", "IEF644I"),
            put("PRTY=5", "PRTY=16", "IEF638I"),
            put("JOBRC=LASTRC", "JOBRC=FIRSTRC", "IEF643I"),
            put("GDGBIAS=STEP", "GDGBIAS=DAY", "IEF643I"),
            put("RESTART=S2", "RESTART=TOOLONGSTEP", "IEF642I"),
            put("USER=USER1", "USER=USERUSER1", "IEF642I"),
        ],
    ),
    (
        "a REGION that is none",
        &[
            put("REGION=64M", "REGION=64", "IEF644I"),
            put("REGION=0M", "REGION=M", "IEF644I"),
            put("REGION=64M", "REGION=64X", "IEF644I"),
            put("MEMLIMIT=2G", "MEMLIMIT=2K", "IEF644I"),
        ],
    ),
    (
        "a TIME that is none",
        &[
            put("TIME=(1,30)", "TIME=(1,60)", "IEF638I"),
            put("TIME=(1,30)", "TIME=(1,30,5)", "IEFC640I"),
            put("TIME=5", "TIME=LONG", "IEF644I"),
            put("TIME=5", "TIME=400000", "IEF638I"),
        ],
    ),
    (
        "a condition code beyond 4095",
        &[
            put("(4,LT)", "(4096,LT)", "IEF638I"),
            put("(16,EQ,PACK)", "(5000,EQ,PACK)", "IEF638I"),
            put("(8,LE)", "(9999,LE)", "IEF638I"),
        ],
    ),
    (
        "a comparison that is none",
        &[
            put("(4,LT)", "(4,LS)", "IEF643I"),
            put("(8,LE)", "(8,=)", "IEF643I"),
            put("(4,LT)", "(LT,4)", "IEF644I"),
            put("EVEN)", "EVER)", "IEF643I"),
        ],
    ),
    (
        "a program that cannot be one",
        &[
            put("PGM=IEBGENER", "PGM=IEBGENERX", "IEF642I"),
            put("PGM=AMATERSE", "PGM=1AMATERS", "IEF647I"),
            put("PGM=SORT", "PGM=SO-RT", "IEFC623I"),
            put("PGM=IDCAMS", "PGM=", "IEFC646I"),
            put("PGM=IEBGENER,", "PGM=*.S1,", "IEF645I"),
        ],
    ),
    (
        "a procedure that is not there",
        &[put("PGM=IDCAMS", "NOSUCH", "IEFC612I"), put("PGM=TRSMAIN,PARM=PACK", "PROC=NOSUCH", "IEFC612I")],
    ),
    ("a PARM that is too long", &[]),
    ("a value of EXEC that is none", &[put("ADDRSPC=VIRT", "ADDRSPC=BOTH", "IEF643I")]),
    (
        "a positional operand that is none",
        &[
            put("DD DUMMY", "DD DUMY", "IEFC643I"),
            put("DD SYSOUT=*", "DD SHR,SYSOUT=*", "IEFC643I"),
            put("PGM=IDCAMS", "PGM=IDCAMS,LIST", "IEFC643I"),
            put("DISP=SHR,DSN=SYS1.DUMP01", "DISP=SHR,SYS1.DUMP01", "IEFC643I"),
        ],
    ),
    (
        "two positional operands",
        &[put("DD DUMMY", "DD DUMMY,DUMMY", "IEFC640I"), put("DD DATA", "DD DATA,DUMMY", "IEFC640I")],
    ),
    (
        "a value of SYSOUT keywords that is none",
        &[
            put("(GT10,GT12)", "(GT10,GT12X)", "IEF642I"),
            put("(GT10,GT12)", "(A,B,C,D,E)", "IEFC640I"),
            put("FCB=STD1", "FCB=STD12", "IEF642I"),
            put("BURST=YES", "BURST=OFTEN", "IEF643I"),
            put("OUTLIM=5000", "OUTLIM=5K", "IEF644I"),
            put("OUTPUT=*.OUT1", "OUTPUT=OUT1", "IEF645I"),
        ],
    ),
    (
        "a value of SMS keywords that is none",
        &[
            put("DSNTYPE=LIBRARY", "DSNTYPE=LIBR", "IEF643I"),
            put("STORCLAS=FAST", "STORCLAS=FASTFASTFAST", "IEF642I"),
            put("STORCLAS=FAST", "STORCLAS=9FAST", "IEF647I"),
            put("RETPD=30", "RETPD=30D", "IEF644I"),
            put("RETPD=30", "RETPD=99999", "IEF638I"),
        ],
    ),
    (
        "a value of PATH keywords that is none",
        &[
            put("ORDONLY", "OREADONLY", "IEF643I"),
            put("SIRUSR", "SIRUSER", "IEF643I"),
            put("PATHDISP=KEEP", "PATHDISP=CATLG", "IEF643I"),
            put("PATHDISP=KEEP", "PATHDISP=(KEEP,KEEP,KEEP)", "IEFC640I"),
        ],
    ),
    (
        "a value of OUTPUT that is none",
        &[
            put("PRTY=100", "PRTY=256", "IEF638I"),
            put("JESDS=ALL", "JESDS=SOME", "IEF643I"),
            put("OUTPUT CLASS=A,", "OUTPUT CLASS=AB,", "IEF642I"),
        ],
    ),
    (
        "a command that is no string",
        &[put("COMMAND 'D A,L'", "COMMAND D", "IEFC629I"), put("COMMAND 'D A,L'", "COMMAND", "IEFC646I")],
    ),
    (
        "a string where none may be",
        &[
            put("DISP=SHR", "DISP='SHR'", "IEFC629I"),
            put("REGION=64M", "REGION='64M'", "IEFC629I"),
            put("TYPRUN=SCAN", "TYPRUN='SCAN'", "IEFC629I"),
            put("AVGREC=K", "AVGREC='K'", "IEFC629I"),
        ],
    ),
    (
        "a delimiter that is none",
        &[
            put("DD *", "DD *,DLM=$", "ZJB025E"),
            put("DD DATA", "DD DATA,DLM=''", "ZJB025E"),
            put("DD DUMMY", "DD DUMMY,DLM=$$", "ZJB024E"),
        ],
    ),
    (
        "a symbol without a value",
        &[
            put("DSN=PROD.INPUT", "DSN=&HLQ..INPUT", "IEFC627I"),
            put("CLASS=A,MSG", "CLASS=&C,MSG", "IEFC627I"),
            put("PGM=SORT", "PGM=&PROG", "IEFC627I"),
            put("VOL=SER=WORK01", "VOL=SER=&VOLUME", "IEFC627I"),
        ],
    ),
    (
        "a list in a list where none may be",
        &[put("PARM=('A,B',C)", "PARM=(('A',B),C)", "IEFC616I"), put("(GT10,GT12)", "((GT10),GT12)", "IEFC616I")],
    ),
    (
        "an operation in lower case",
        &[
            put(" DD ", " dd ", "IEFC605I"),
            put(" EXEC ", " exec ", "IEFC605I"),
            put(" OUTPUT ", " output ", "IEFC605I"),
        ],
    ),
    (
        "an operation that is none",
        &[
            put(" EXEC ", " EXCE ", "IEFC605I"),
            put(" DD ", " DDD ", "IEFC605I"),
            put(" COMMAND ", " COMAND ", "IEFC605I"),
        ],
    ),
    (
        "operands in lower case",
        &[
            put("DISP=SHR", "disp=shr", "IEFC623I"),
            put("PGM=IEBGENER", "PGM=iebgener", "IEFC623I"),
            put("CLASS=A", "CLASS=a", "IEFC623I"),
            put("DSN=A.B", "DSN=a.b", "IEFC623I"),
        ],
    ),
    (
        "a tab",
        &[
            put(",DISP=", ",\tDISP=", "ZJB022E"),
            put(",COND=", ",\tCOND=", "ZJB022E"),
            put(",CLASS=", ",\tCLASS=", "ZJB022E"),
        ],
    ),
];

/// A broken deck and what must be said of it.
struct Mutant {
    rule: String,
    deck: String,
    statement: usize,
    id: &'static str,
}

fn cards(deck: &str) -> Vec<String> {
    deck.lines().map(str::to_owned).collect()
}

fn joined(cards: &[String]) -> String {
    let mut deck = String::new();
    for card in cards {
        deck.push_str(&folded(card));
        deck.push('\n');
    }
    deck
}

/// A statement on as many cards as it needs, broken after commas outside strings and parentheses.
fn folded(card: &str) -> String {
    let mut lines = Vec::new();
    let mut rest = card.to_owned();
    while rest.chars().count() > COLUMNS {
        let mut quoted = false;
        let mut depth = 0_i32;
        let mut at = None;
        for (index, c) in rest.char_indices() {
            match c {
                '\'' => quoted = !quoted,
                '(' if !quoted => depth += 1,
                ')' if !quoted => depth -= 1,
                ',' if !quoted && index < COLUMNS => at = Some(index + 1),
                _ => {}
            }
        }
        let _ = depth;
        let Some(at) = at.filter(|at| *at > 6) else { break };
        let tail = rest.split_off(at);
        lines.push(rest);
        rest = format!("// {tail}");
    }
    lines.push(rest);
    lines.join("\n")
}

fn replaced() -> Vec<Mutant> {
    let mut mutants = Vec::new();
    for (rule, replacements) in REPLACEMENTS {
        for replacement in *replacements {
            for deck in DECKS {
                for (index, card) in cards(deck).iter().enumerate() {
                    let Some(at) = card.find(replacement.find) else { continue };
                    let mut broken = cards(deck);
                    broken[index] =
                        format!("{}{}{}", &card[..at], replacement.put, &card[at + replacement.find.len()..]);
                    mutants.push(Mutant {
                        rule: (*rule).to_owned(),
                        deck: joined(&broken),
                        statement: index + 1,
                        id: replacement.id,
                    });
                }
            }
        }
    }
    mutants
}

/// Defects that are more than another word.
fn by_hand() -> Vec<Mutant> {
    let mut mutants = Vec::new();
    for deck in DECKS {
        let all = cards(deck);
        for (index, card) in all.iter().enumerate() {
            let mut add = |rule: &str, cards: &[String], statement: usize, id: &'static str| {
                mutants.push(Mutant { rule: rule.to_owned(), deck: joined(cards), statement, id });
            };
            let with = |text: String| {
                let mut broken = all.clone();
                broken[index] = text;
                broken
            };
            let (name, rest) = card.strip_prefix("//").and_then(|card| card.split_once(' ')).unwrap_or(("", ""));
            if !name.is_empty() && index > 0 {
                add("a name of nine characters", &with(format!("//{name:A<9} {rest}")), index + 1, "IEFC662I");
                add(
                    "a name that begins with a digit",
                    &with(format!("//9{} {rest}", &name[1..])),
                    index + 1,
                    "IEFC662I",
                );
                add("a name with a hyphen", &with(format!("//A-{} {rest}", &name[1..])), index + 1, "IEFC662I");
            }
            // The comma before the last operand goes, and the operand stands on a card of its own.
            if let Some(comma) =
                card.rfind(',').filter(|comma| card[*comma..].contains('=') && !card[*comma..].contains([')', '\'']))
            {
                let mut broken = all.clone();
                card[..comma].clone_into(&mut broken[index]);
                broken.insert(index + 1, format!("//     {}", &card[comma + 1..]));
                add("a comma missing at the end of a card", &broken, index + 2, "IEFC605I");
            }
            let continues = all.get(index + 1).is_some_and(|next| !next.starts_with("// "));
            if continues && !card.contains("DD *") {
                add("a comma too many at the end of a card", &with(format!("{card},")), index + 1, "IEFC621I");
            }
            if rest.starts_with("EXEC ") {
                add("EXEC without a program", &with(format!("//{name} EXEC")), index + 1, "IEFC646I");
                let parm = "X".repeat(50);
                let long = format!("//{name} EXEC PGM=P,PARM=({parm},{parm})");
                add("a PARM that is too long", &with(long), index + 1, "IEFC642I");
                let mut broken = all.clone();
                broken.insert(index + 1, "//  DD DUMMY".to_owned());
                add("a first DD without a name", &broken, index + 2, "IEFC617I");
            }
            if rest.starts_with("JOB ") {
                let account = "A234567890,".repeat(14);
                let long = format!("//{name} JOB ({account}B)");
                add("accounting information that is too long", &with(long), 1, "IEFC637I");
                add("a job without a name", &with(format!("// {rest}")), 1, "IEFC635I");
                let mut broken = all.clone();
                broken.insert(1, "//EARLY DD DUMMY".to_owned());
                add("a DD before the first step", &broken, 2, "IEFC606I");
                let mut broken = all.clone();
                broken.insert(1, "// PEND".to_owned());
                add("PEND without PROC", &broken, 2, "IEFC668I");
                add("a job without steps", &all[..1], 1, "IEFC607I");
            }
        }
    }
    mutants
}

/// `statement id` of everything that stops the deck.
fn errors(deck: &str) -> Vec<(usize, &'static str)> {
    let jobs = match convert(deck.as_bytes(), &ConvertSettings::for_user("USER1")) {
        Ok(jobs) => jobs,
        Err(refused) => return vec![(0, refused.message.id())],
    };
    let found = jobs.iter().flat_map(|job| &job.diagnostics);
    found.map(|found| (found.statement.unwrap_or(0) as usize, found.message.id())).collect()
}

#[test]
fn the_decks_are_good_before_they_are_broken() {
    for deck in DECKS {
        assert_eq!(errors(&joined(&cards(deck))), [], "{deck}");
    }
}

#[test]
fn each_broken_deck_is_refused_at_the_statement_that_is_broken() {
    let mut of_rule: BTreeMap<String, usize> = BTreeMap::new();
    let mut wrong = String::new();
    let mut counted = 0;
    for mutant in replaced().into_iter().chain(by_hand()) {
        let found = errors(&mutant.deck);
        let is_right = found.contains(&(mutant.statement, mutant.id));
        // What refers to a broken statement may be told as well.
        let strays = found.iter().filter(|(statement, id)| *statement != mutant.statement && *id != "IEF645I").count();
        if !is_right || strays > allowed_strays(&mutant.rule) {
            let expected = (mutant.statement, mutant.id);
            let _ = writeln!(wrong, "{}: expected {expected:?}, found {found:?} in\n{}", mutant.rule, mutant.deck);
        }
        let of_rule = of_rule.entry(mutant.rule).or_default();
        *of_rule += 1;
        counted += usize::from(*of_rule <= MOST_OF_ONE_RULE);
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(of_rule.len() >= 25, "{} rules", of_rule.len());
    assert!(counted >= LEAST, "{counted} decks");
}

/// How many other statements a defect may hurt: those that refer to what is gone.
fn allowed_strays(rule: &str) -> usize {
    match rule {
        "an operation in lower case"
        | "an operation that is none"
        | "a name of nine characters"
        | "a name that begins with a digit"
        | "a name with a hyphen"
        | "EXEC without a program"
        | "a comma too many at the end of a card" => usize::MAX,
        _ => 0,
    }
}
