//! Makes packages: each beside its final place, with its manifest; then renamed.

use std::io::{self, Seek, Write};

use super::super::hostfile::{NewFile, Place};
use super::super::openpgp::Letter;
use super::super::parallel;
use super::super::records::records;
use super::super::terse::library;
use super::super::terse::stream::RecordBytes;
use super::super::{CliError, Here, StandardInput, Terminal, thousands};
use super::plan::{Lazy, Task, open, plan};
use super::{Arguments, EXIT_DAMAGED, MANIFEST, scratch, send};
use crate::cli::efz::stream::Meter;
use crate::cli::progress::Bars;
use crate::dataset::transfer::{self, HostFormat};
use crate::dataset::{Attributes, RecordReader, RecordWriter};
use crate::ecurep::names::Reference;
use crate::efz::header::{DEFAULT_ITERATIONS, SALT};
use crate::efz::{self, Cipher, KeyLabel, Password, PublicKey, SealingKey};
use crate::openpgp::Compression;
use crate::package::{Encryption, Manifest, PackageError, Plan, Source, Stage, build};
use crate::program::Progress;
use crate::system::config::{self, Config, import_attributes};
use crate::system::{System, SystemError};
use crate::terse::{Method, Stamp};
use crate::world::World;

/// What is the same for all packages.
struct Settings<'a> {
    arguments: &'a Arguments,
    reference: &'a Reference,
    format: HostFormat,
    attributes: Attributes,
    pack: Option<(Method, Stamp)>,
    secret: Secret,
    efz: efz::Plan,
    created: String,
    world: crate::world::Settings,
    input: StandardInput,
}

/// What encrypts.
enum Secret {
    None,
    Password(Password, Cipher, u32),
    Rsa(PublicKey, KeyLabel, Cipher),
    Letter(Box<Letter>),
}

pub(super) fn execute(
    arguments: &Arguments,
    reference: &Reference,
    here: &Here<'_>,
    terminal: &mut Terminal<'_>,
) -> Result<u8, CliError> {
    let config = here.config()?;
    let mut system = Lazy::new(here);
    let tasks = plan(arguments, reference, &config.user, &mut system, terminal.input)?;
    let settings = settings(arguments, reference, here, &config, terminal)?;
    let courier = send::Wanted::new(arguments, terminal.secrets)?;
    if courier.is_some() {
        system.open()?;
    }
    std::fs::create_dir_all(&arguments.output)
        .map_err(|error| CliError::Usage(format!("{}: {error}", arguments.output.display())))?;
    let meter = &Meter { bars: Bars::new(terminal.is_terminal), cancel: terminal.cancel.clone() };
    meter.bars.begin("package", size(&tasks));
    let mut worst = 0;
    let mut made = Vec::new();
    let mut done = |(task, result): (&Task, Result<Vec<Stage>, PackageError>), terminal: &Terminal<'_>| match result {
        Ok(stages) => {
            if !arguments.manner.quiet {
                meter.bars.aside(|| (terminal.explain)(&words(task, &stages)));
            }
            made.push((task.to.clone(), task.name.clone()));
        }
        Err(_) if terminal.cancel.is_requested() => {}
        Err(error) => {
            let status =
                if matches!(error, PackageError::Damaged(_)) { EXIT_DAMAGED } else { super::super::EXIT_USAGE };
            worst = worst.max(status);
            meter.bars.aside(|| (terminal.explain)(&format!("{}: {error}", task.from)));
        }
    };
    if tasks.iter().all(|task| matches!(task.from, Place::Host(_))) {
        let work = |task: &Task| make(task, &settings, None, meter);
        let mut results = tasks.iter();
        parallel::in_order(&tasks, work, |result| {
            // Results come in the order of the tasks.
            if let Some(task) = results.next() {
                done((task, result), terminal);
            }
            if terminal.cancel.is_requested() { Err(()) } else { Ok(()) }
        })
        .unwrap_or_default();
    } else {
        for task in &tasks {
            done((task, make(task, &settings, system.opened(), meter)), terminal);
            if terminal.cancel.is_requested() {
                break;
            }
        }
    }
    meter.bars.end();
    match (courier, system.opened()) {
        (Some(wanted), Some(system)) if worst == 0 => Ok(send::send(&wanted, &made, system, arguments, terminal)),
        (Some(_), _) if !terminal.cancel.is_requested() => {
            (terminal.explain)("nothing was sent, because not all packages were made");
            Ok(worst)
        }
        _ => Ok(worst),
    }
}

fn size(tasks: &[Task]) -> Option<u64> {
    let size = |task: &Task| match &task.from {
        Place::Host(path) => std::fs::metadata(path).ok().filter(std::fs::Metadata::is_file).map(|file| file.len()),
        _ => None,
    };
    tasks.iter().map(size).sum()
}

fn words(task: &Task, stages: &[Stage]) -> String {
    let bytes = |stage: Option<&Stage>| thousands(stage.map_or(0, |stage| stage.bytes));
    let (first, last) = (stages.first(), stages.last());
    let records = first.and_then(|stage| stage.records);
    let records = records.map_or_else(String::new, |records| format!("{} records, ", thousands(records)));
    format!("{}: {records}{} bytes, {} bytes in the package", task.to.display(), bytes(first), bytes(last))
}

fn settings<'a>(
    arguments: &'a Arguments,
    reference: &'a Reference,
    here: &Here<'_>,
    config: &Config,
    terminal: &Terminal<'_>,
) -> Result<Settings<'a>, CliError> {
    let format = arguments.form.format(config.code_page)?;
    let attributes = import_attributes(arguments.shape.dcb(), format).map_err(CliError::Usage)?;
    let world = config::world(config);
    let now = world.now();
    let method = if arguments.spack { Method::Spack } else { Method::Pack };
    let stamp = Stamp::new(&now.strftime("%m/%d/%Y %H:%M:%S").to_string()).unwrap_or(Stamp::BLANK);
    let efz_attributes = efz::Attributes { recfm: 0, lrecl: 0, blksize: 0 };
    Ok(Settings {
        arguments,
        reference,
        format,
        attributes,
        pack: (!arguments.no_terse).then_some((method, stamp)),
        secret: secret(arguments, here, world.unix_seconds(), terminal)?,
        efz: efz::Plan {
            integrity: config.efz_integrity,
            attributes: efz_attributes,
            description: efz::Description::default(),
        },
        created: now.strftime("%Y-%m-%dT%H:%M:%S").to_string(),
        world,
        input: terminal.input,
    })
}

fn secret(arguments: &Arguments, here: &Here<'_>, now: u32, terminal: &Terminal<'_>) -> Result<Secret, CliError> {
    let cipher = if arguments.aes128 { Cipher::Aes128 } else { Cipher::Tdes };
    if arguments.openpgp {
        let usual = if arguments.no_terse { Compression::Zlib } else { Compression::None };
        let compression = arguments.compress.map_or(usual, Compression::from);
        let letter = Letter::new(&arguments.writing, &arguments.password, compression, (here, now), terminal.secrets)?;
        return Ok(Secret::Letter(Box::new(letter)));
    }
    if !arguments.efz {
        return Ok(Secret::None);
    }
    let Some(label) = &arguments.rsa else {
        let password = arguments.password.password(true, terminal.secrets)?;
        return Ok(Secret::Password(password, cipher, arguments.icount.unwrap_or(DEFAULT_ITERATIONS)));
    };
    let row = here.system()?.store().rsa_key(label.as_str()).map_err(SystemError::from)?;
    let row = row.ok_or_else(|| {
        CliError::Usage(format!("the system has no RSA key {label}; zjob efz key add {label} --pem FILE brings one in"))
    })?;
    let key = PublicKey::from_spki(&row.spki).map_err(|error| CliError::Usage(format!("RSA key {label}: {error}")))?;
    Ok(Secret::Rsa(key, label.clone(), cipher))
}

/// Makes one package and its manifest. The manifest takes its name first: what has the name of a package is whole
/// and has its manifest.
fn make(
    task: &Task,
    settings: &Settings<'_>,
    system: Option<&System>,
    meter: &Meter,
) -> Result<Vec<Stage>, PackageError> {
    let named = |path: &std::path::Path| {
        let path = path.display().to_string();
        move |error: io::Error| PackageError::Input(format!("{path}: {error}"))
    };
    let mut beside = task.to.clone().into_os_string();
    beside.push(MANIFEST);
    let beside = std::path::PathBuf::from(beside);
    let force = settings.arguments.manner.force;
    let mut out = NewFile::create(&task.to, force).map_err(named(&task.to))?;
    let mut list = NewFile::create(&beside, force).map_err(named(&beside))?;
    let (attributes, stages) = write(task, settings, system, meter, &mut out)?;
    let reference = settings.reference.to_string();
    let mut manifest = Manifest::new(task.name.clone(), reference, settings.created.clone(), task.from.to_string());
    manifest.attributes = attributes.map(Into::into);
    manifest.stages.clone_from(&stages);
    list.write_all(manifest.to_json().as_bytes())?;
    list.keep().map_err(named(&beside))?;
    out.keep().map_err(named(&task.to))?;
    Ok(stages)
}

type Written = (Option<Attributes>, Vec<Stage>);

fn write(
    task: &Task,
    settings: &Settings<'_>,
    system: Option<&System>,
    meter: &Meter,
    out: &mut dyn Write,
) -> Result<Written, PackageError> {
    let as_bytes = task.packed_already || (settings.pack.is_none() && !settings.arguments.efz);
    if let (Place::DataSet(name, _), Some(system), true) = (&task.from, system, task.is_library) {
        let stamp = settings.pack.map_or(Stamp::BLANK, |(_, stamp)| stamp);
        let mut packed = scratch()?;
        library::pack_for_package(system, name, &stamp, io::BufWriter::new(&mut packed), &meter.cancel)?;
        packed.rewind()?;
        let mut packed = meter.buffered(packed);
        return finish(task, settings, Source::Bytes(&mut packed), out).map(|stages| (None, stages));
    }
    if let (Place::DataSet(name, member), Some(system)) = (&task.from, system) {
        let wrong = |error: CliError| PackageError::Input(error.to_string());
        let (mut reader, _held) = records(system, name, member.as_ref()).map_err(wrong)?;
        if as_bytes {
            let mut bytes = meter.buffered(RecordBytes::new(reader));
            return finish(task, settings, Source::Bytes(&mut bytes), out).map(|stages| (None, stages));
        }
        let attributes = reader.attributes();
        let mut feed = |writer: &mut dyn RecordWriter| {
            while let Some(run) = reader.next_run()? {
                stop(meter)?;
                meter.bars.advance(run.bytes.len() as u64);
                writer.put_run(run)?;
            }
            Ok(())
        };
        let source = Source::Records(attributes, &mut feed);
        return finish(task, settings, source, out).map(|stages| (Some(attributes), stages));
    }
    let mut input = meter.buffered(open(task, settings.input)?);
    if as_bytes {
        return finish(task, settings, Source::Bytes(&mut input), out).map(|stages| (None, stages));
    }
    let (attributes, format) = (settings.attributes, settings.format);
    let mut feed = |writer: &mut dyn RecordWriter| Ok(transfer::import(&mut input, writer, format).map(drop)?);
    let source = Source::Records(attributes, &mut feed);
    finish(task, settings, source, out).map(|stages| (Some(attributes), stages))
}

fn stop(meter: &Meter) -> Result<(), PackageError> {
    if meter.cancel.is_requested() { Err(io::Error::other("stopped").into()) } else { Ok(()) }
}

fn finish(
    task: &Task,
    settings: &Settings<'_>,
    source: Source<'_>,
    out: &mut dyn Write,
) -> Result<Vec<Stage>, PackageError> {
    let mut chance = |bytes: &mut [u8]| settings.world.fill_random(bytes);
    let wrong = |error: efz::KeyError| PackageError::Input(error.to_string());
    let (key, sealing);
    let encryption = match &settings.secret {
        Secret::None => Encryption::None,
        Secret::Password(password, cipher, iterations) => {
            let mut salt = [0; SALT];
            chance(&mut salt);
            key = SealingKey::from_password(password, *cipher, *iterations, salt);
            Encryption::Efz(&settings.efz, &key)
        }
        Secret::Rsa(public, label, cipher) => {
            key = SealingKey::wrapped_for(public, label, *cipher, false, &mut chance).map_err(wrong)?;
            Encryption::Efz(&settings.efz, &key)
        }
        Secret::Letter(letter) => {
            sealing = letter.sealing(false, false);
            Encryption::OpenPgp(&sealing)
        }
    };
    let packed_already = task.packed_already || task.is_library;
    let pack = settings.pack.filter(|_| !packed_already);
    let plan = Plan { pack, encryption, packed_already };
    build(source, &plan, &scratch, &mut chance, out)
}
