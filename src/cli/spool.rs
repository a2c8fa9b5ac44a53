//! `zjob spool`: logs of past jobs.

use super::{CliError, Terminal};
use crate::job::spool;
use crate::store::JobRow;
use crate::system::{System, SystemError};

/// Subcommands of `zjob spool`.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// List past jobs
    List,
    /// Print the log of a job
    #[command(after_help = "\
Examples:
  zjob spool show JOB00007          the whole log
  zjob spool show 7 JESYSMSG        one of its data sets
  zjob spool show UPLOAD FTP.OUTPUT the OUTPUT of step FTP in the last job of that name")]
    Show {
        /// Job number (JOB00007 or 7), or a job name for the last job of that name
        job: String,
        /// A data set, as ddname or STEP.ddname
        ddname: Option<String>,
    },
}

/// Runs a subcommand.
pub fn execute(command: &Command, system: &System, terminal: &mut Terminal<'_>) -> Result<u8, CliError> {
    match command {
        Command::List => list(system, terminal),
        Command::Show { job, ddname } => show(system, job, ddname.as_deref(), terminal),
    }
}

fn list(system: &System, terminal: &mut Terminal<'_>) -> Result<u8, CliError> {
    let jobs = system.store().jobs().map_err(SystemError::from)?;
    writeln!(terminal.out, "{:<8}  {:<8}  {:<8}  {:<19}  STATUS", "JOB", "NAME", "USER", "SUBMITTED")?;
    for job in jobs {
        let submitted: String = job.submitted.chars().take(19).collect();
        let id = format!("JOB{:05}", job.number);
        writeln!(terminal.out, "{id:<8}  {:<8}  {:<8}  {submitted:<19}  {}", job.name, job.user, job.status)?;
    }
    Ok(0)
}

fn show(system: &System, wanted: &str, ddname: Option<&str>, terminal: &mut Terminal<'_>) -> Result<u8, CliError> {
    let job = find(system, wanted)?;
    let rows = system.store().spool(job.number).map_err(SystemError::from)?;
    let mut found = false;
    for row in &rows {
        let full = format!("{}.{}", row.step, row.ddname);
        if ddname.is_some_and(|name| !name.eq_ignore_ascii_case(&row.ddname) && !name.eq_ignore_ascii_case(&full)) {
            continue;
        }
        found = true;
        spool::read_lines(&system.spool(), job.number, row, system.code_page(), |line| {
            writeln!(terminal.out, "{line}")
        })?;
    }
    match ddname {
        Some(name) if !found => {
            let known: Vec<String> = rows.iter().map(|row| format!("{}.{}", row.step, row.ddname)).collect();
            let id = job.number;
            Err(CliError::Usage(format!("JOB{id:05} has no data set {name}; it has {}", known.join(", "))))
        }
        _ => Ok(0),
    }
}

fn find(system: &System, wanted: &str) -> Result<JobRow, CliError> {
    let jobs = system.store().jobs().map_err(SystemError::from)?;
    let upper = wanted.to_uppercase();
    let number: Option<u32> = upper.strip_prefix("JOB").unwrap_or(&upper).parse().ok();
    jobs.iter()
        .find(|job| Some(job.number) == number)
        .or_else(|| jobs.iter().rev().find(|job| job.name == upper))
        .cloned()
        .ok_or_else(|| CliError::Usage(format!("there is no job {wanted} on the spool; zjob spool list shows all")))
}
