//XXXXX JOB CLASS=A,MSGCLASS=X,REGION=64M
//*----------------------------------------------------
//* Delete the temporary files
//*----------------------------------------------------
//DELETE EXEC PGM=IDCAMS
//SYSPRINT DD SYSOUT=*
//SYSIN DD *
 DELETE YOUR.TERSED.DATASET
 DELETE YOUR.PGP.DATASET
 SET MAXCC=0
//*----------------------------------------------------
//* Terse the file
//*----------------------------------------------------
//TERSE EXEC PGM=TRSMAIN,PARM=PACK
//SYSPRINT DD SYSOUT=*
//INFILE DD DISP=SHR,DSN=YOUR.INPUT.DATASET
//OUTFILE DD DISP=(NEW,CATLG),UNIT=SYSDA,
// SPACE=(CYL,(10,5),RLSE),
// DSN=YOUR.TERSED.DATASET
//*----------------------------------------------------
//* Encrypt it as an OpenPGP message: the procedure of
//* Encryption Facility starts the JZOS launcher with its
//* class; the command stands in MAINARGS
//*----------------------------------------------------
//OPENPGP EXEC PROC=CSDJZSVM
//IN DD DISP=SHR,DSN=YOUR.TERSED.DATASET
//OUT DD DISP=(NEW,CATLG),UNIT=SYSDA,
// SPACE=(CYL,(10,5),RLSE),
// DSN=YOUR.PGP.DATASET
//MAINARGS DD *
-c -s2k-passphrase "sample password please change"
-s2k-cipher-name AES_128 -compress-name UNCOMPRESSED
-o //DD:OUT //DD:IN
/*
//*----------------------------------------------------
//* Send it
//*----------------------------------------------------
//FTP EXEC PGM=FTP,PARM='-a TLS -v (EXIT '
//SYSTCPD DD DSN=YOUR.TCPPARMS(TCPDATA),DISP=SHR
//SYSFTPD DD DSN=YOUR.TCPPARMS(FTPDATA),DISP=SHR
//SYSPRINT DD SYSOUT=*
//INPUT DD *
ftp.ecurep.ibm.com
anonymous
your@email.address
bin
cd /toibm/mvs
put 'YOUR.PGP.DATASET' 12345.123.724.DUMP.TRS.PGP
quit
/*
