/XXXXX JOB CLASS=A,MSGCLASS=X,REGION=64M
//*----------------------------------------------------
//* Be sure that line numbering is set to off (unnum)

//*----------------------------------------------------
//* Delete the temporary file
//*----------------------------------------------------
//DELETE EXEC PGM=IDCAMS
//SYSPRINT DD SYSOUT=*
//SYSIN DD *
DELETE YOUR.TERSED.DATASET
DELETE YOUR.CRYPTED.DATASET
SET MAXCC=0
//*----------------------------------------------------
//* Terse the file
//* THIS STEP IS MANDATORY
//*----------------------------------------------------
//TERSE EXEC PGM=TRSMAIN,PARM=PACK
//SYSPRINT DD SYSOUT=*
//INFILE DD DISP=SHR,DSN=YOUR.INPUT.DATASET
//OUTFILE DD DISP=(NEW,CATLG),UNIT=SYSDA,
// SPACE=(CYL,(10,5),RLSE),
// DSN=YOUR.TERSED.DATASET
//*----------------------------------------------------
//* Encrypt the file
//* Optional step if you can not use secure FTP
//*----------------------------------------------------
//DFSMSENC EXEC PGM=CSDFILEN
//SYSPRINT DD SYSOUT=*
//SYSOUT DD SYSOUT=*
//SYSUT1 DD DISP=SHR,
// DSN=YOUR.TERSED.DATASET
//SYSUT2 DD DISP=(NEW,CATLG),UNIT=SYSDA,
// SPACE=(CYL,(10,5),RLSE),
// DSN=YOUR.CRYPTED.DATASET
//SYSIN DD *
DESC='Optional information'
CLRTDES
PASSWORD=sample password please change
//*----------------------------------------------
//* SEND THE FILE TO THE IBM FTP SERVER
//* WHEN CRYPTED, SEND THE CRYPTED DATASET
//* WHEN TERSED ONLY, SEND THE TERSED DATASET
//* USE NON-SECURE OR SECURE FTP
//*----------------------------------------------
//* EXEC Statement for NON-Secure-FTP
//FTP EXEC PGM=FTP,PARM='-v (EXIT '
//* Uncomment next line for Secure-FTP
//*FTP EXEC PGM=FTP,PARM='-a TLS -v (EXIT '
//SYSTCPD DD DSN=YOUR.TCPPARMS(TCPDATA),DISP=SHR
//SYSFTPD DD DSN=YOUR.TCPPARMS(FTPDATA),DISP=SHR
//SYSPRINT DD SYSOUT=*
//INPUT DD *
ftp.ecurep.ibm.com
anonymous
your@email.address
bin
cd /toibm/mvs
put 'YOUR.CRYPTED.DATASET' 12345.123.724.DUMP.TRS[.EFZ]
quit
/*
