//! Which file becomes which: inputs, trees of them, and the names of what is made.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use super::super::CliError;
use super::super::hostfile::{self, Place};

/// What packed files are called here.
const PACKED: &str = "trs";
/// What the directory of a library is called whose packed form has no ending to lose.
const MEMBERS: &str = "members";
/// What packed files are called, here and elsewhere.
const PACKED_ENDINGS: [&str; 5] = [PACKED, "terse", "tersed", "pack", "spack"];

/// One thing to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Task {
    pub(super) from: Place,
    pub(super) to: Place,
    /// The directory that a library goes to: that which was named if it is the only input.
    pub(super) directory: Place,
}

impl Task {
    /// Something to look at, which makes nothing.
    pub(super) fn looking_at(from: &Place) -> Self {
        Self { from: from.clone(), to: from.clone(), directory: from.clone() }
    }
}

/// Which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Pack,
    /// Directories are libraries, not trees.
    PackLibrary,
    /// With the ending of files whose packed form has none to lose.
    Unpack(&'static str),
}

impl Way {
    /// The name of what becomes of a file.
    fn name(self, path: &Path) -> PathBuf {
        match self {
            Self::Pack => append(path, PACKED),
            // The name of `jcl/` is that of `jcl`.
            Self::PackLibrary => append(&path.components().collect::<PathBuf>(), PACKED),
            Self::Unpack(_) if is_packed_name(path) => path.with_extension(""),
            Self::Unpack(ending) => append(path, ending),
        }
    }

    /// The name of what becomes of a library.
    fn directory_name(self, path: &Path) -> PathBuf {
        match self {
            Self::Unpack(_) => Self::Unpack(MEMBERS).name(path),
            other => other.name(path),
        }
    }

    /// True for the files of a tree that are meant: those whose names say that they are packed, or not.
    fn takes(self, path: &Path) -> bool {
        is_packed_name(path) == matches!(self, Self::Unpack(_))
    }
}

fn append(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    name.into()
}

/// True if the name says that the file is packed.
pub(super) fn is_packed_name(path: &Path) -> bool {
    let extension = path.extension().and_then(OsStr::to_str);
    extension.is_some_and(|found| PACKED_ENDINGS.iter().any(|ending| ending.eq_ignore_ascii_case(found)))
}

/// What `inputs` and `output` mean.
pub(super) fn plan(inputs: &[PathBuf], output: Option<&Path>, way: Way, user: &str) -> Result<Vec<Task>, CliError> {
    let output = output.map(|output| Place::parse(output, user)).transpose()?;
    let is_tree = |path: &Path| way != Way::PackLibrary && path.is_dir();
    let several = inputs.len() > 1 || inputs.iter().any(|input| is_tree(input));
    let into = several || output.as_ref().is_some_and(is_directory);
    let mut tasks = Vec::new();
    for input in inputs {
        let from = Place::parse(input, user)?;
        match &from {
            Place::Host(path) if is_tree(path) => add_tree(path, output.as_ref(), way, &mut tasks)?,
            Place::Host(path) if way == Way::PackLibrary && !path.is_dir() => {
                return Err(CliError::Usage(format!("{} is no directory: leave out --library", path.display())));
            }
            _ => tasks.push(task(from, output.as_ref(), into, several, way)?),
        }
    }
    check(&tasks, output.as_ref(), into)?;
    Ok(tasks)
}

fn is_directory(place: &Place) -> bool {
    matches!(place, Place::Host(path) if path.is_dir() || path.as_os_str().as_encoded_bytes().ends_with(b"/"))
}

fn add_tree(root: &Path, output: Option<&Place>, way: Way, tasks: &mut Vec<Task>) -> Result<(), CliError> {
    for file in files_below(root, |file| way.takes(file))? {
        let to = match output {
            Some(Place::Host(directory)) => Place::Host(directory.join(way.name(&file))),
            Some(other) => other.clone(),
            None => Place::Host(root.join(way.name(&file))),
        };
        tasks.push(Task { from: Place::Host(root.join(file)), directory: to.clone(), to });
    }
    Ok(())
}

/// The files below a directory that are meant, which are some: nothing to do would look like a success.
fn files_below(root: &Path, is_meant: impl Fn(&Path) -> bool) -> Result<Vec<PathBuf>, CliError> {
    let mut files = hostfile::tree(root).map_err(|error| CliError::Usage(format!("{}: {error}", root.display())))?;
    let found = files.len();
    files.retain(|file| is_meant(file));
    match (files.is_empty(), found) {
        (false, _) => Ok(files),
        (true, 0) => Err(CliError::Usage(format!("there is no file below {}", root.display()))),
        (true, _) => {
            let endings = PACKED_ENDINGS.map(|ending| format!(".{ending}")).join(", ");
            let what = "nothing to do: a file counts as packed if its name ends in";
            Err(CliError::Usage(format!("{}: {what} {endings}", root.display())))
        }
    }
}

/// `into`: the output is a directory for what the input becomes. `several`: other inputs share it.
fn task(from: Place, output: Option<&Place>, into: bool, several: bool, way: Way) -> Result<Task, CliError> {
    let original = match &from {
        Place::Host(path) => Some(path.clone()),
        Place::DataSet(name, None) => Some(PathBuf::from(name.as_str())),
        Place::DataSet(name, Some(member)) => Some(PathBuf::from(format!("{name}.{member}"))),
        Place::Stream => None,
    };
    if output.is_none_or(|_| into) && original.as_ref().is_some_and(|path| path.file_name().is_none()) {
        return Err(CliError::Usage(format!("{from} has no name: give the output one, as in -o NAME")));
    }
    let name = original.as_deref().map(|path| way.name(path));
    let directory = original.as_deref().map(|path| way.directory_name(path));
    let to = match (output, name) {
        (Some(Place::Host(directory)), Some(name)) if into => {
            Place::Host(directory.join(name.file_name().unwrap_or(name.as_os_str())))
        }
        (Some(Place::Host(directory)), None) if into => {
            let what = format!("standard input has no name: give it one, as in -o {}/NAME", directory.display());
            return Err(CliError::Usage(what));
        }
        (Some(output), _) => output.clone(),
        (None, Some(name)) => Place::Host(name),
        (None, None) => Place::Stream,
    };
    let directory = match (output, directory) {
        (Some(output), _) if !several => output.clone(),
        (Some(Place::Host(root)), Some(name)) => Place::Host(root.join(name.file_name().unwrap_or(name.as_os_str()))),
        (None, Some(name)) => Place::Host(name),
        _ => to.clone(),
    };
    Ok(Task { from, to, directory })
}

/// No two files may become one, and several files no single data set.
fn check(tasks: &[Task], output: Option<&Place>, into: bool) -> Result<(), CliError> {
    let mut seen = HashSet::new();
    for task in tasks {
        if let Place::Host(path) = &task.to
            && !seen.insert(path)
        {
            let what = format!("two of the inputs would become {}: name them one at a time", path.display());
            return Err(CliError::Usage(what));
        }
        if task.from == task.to && task.from != Place::Stream {
            return Err(CliError::Usage(format!("{} is input and output", task.from)));
        }
    }
    match output {
        Some(output @ Place::DataSet(..)) if into => {
            Err(CliError::Usage(format!("several files do not go into one data set, {output}")))
        }
        _ => Ok(()),
    }
}

/// Bytes of all the inputs together, if all are host files.
pub(super) fn size<'a>(places: impl IntoIterator<Item = &'a Place>) -> Option<u64> {
    let size = |place: &Place| match place {
        Place::Host(path) => fs::metadata(path).ok().filter(fs::Metadata::is_file).map(|file| file.len()),
        _ => None,
    };
    places.into_iter().map(size).sum()
}

/// The inputs of a command that makes no files.
pub(super) fn inputs(inputs: &[PathBuf], user: &str) -> Result<Vec<Place>, CliError> {
    let mut places = Vec::new();
    for input in inputs {
        match Place::parse(input, user)? {
            Place::Host(root) if root.is_dir() => {
                let packed = files_below(&root, is_packed_name)?;
                places.extend(packed.into_iter().map(|file| Place::Host(root.join(file))));
            }
            place => places.push(place),
        }
    }
    Ok(places)
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::{Way, plan};

    const TEXT: Way = Way::Unpack("txt");

    fn planned(inputs: &[&str], output: Option<&str>, way: Way) -> Result<Vec<String>, String> {
        let inputs: Vec<PathBuf> = inputs.iter().map(PathBuf::from).collect();
        let tasks = plan(&inputs, output.map(Path::new), way, "IBMUSER").map_err(|error| error.to_string())?;
        Ok(tasks.iter().map(|task| format!("{} > {}", task.from, task.to)).collect())
    }

    #[test]
    fn packed_files_have_the_name_of_the_original_and_trs() {
        for (input, expected) in [
            ("notes.txt", "notes.txt > notes.txt.trs"),
            ("a/b", "a/b > a/b.trs"),
            ("-", "- > -"),
            ("//'A.B'", "//'A.B' > A.B.trs"),
            ("//'A.B(C)'", "//'A.B(C)' > A.B.C.trs"),
        ] {
            assert_eq!(planned(&[input], None, Way::Pack), Ok(vec![expected.to_owned()]));
        }
    }

    #[test]
    fn unpacked_files_lose_the_ending_that_says_packed_or_get_one() {
        for (input, expected) in [
            ("notes.txt.trs", "notes.txt.trs > notes.txt"),
            ("DUMP.TRS", "DUMP.TRS > DUMP"),
            ("FB.A.TXT.SPACK", "FB.A.TXT.SPACK > FB.A.TXT"),
            ("12345.123.724.dump", "12345.123.724.dump > 12345.123.724.dump.txt"),
            ("//'A.B.TERSED'", "//'A.B.TERSED' > A.B"),
        ] {
            assert_eq!(planned(&[input], None, TEXT), Ok(vec![expected.to_owned()]));
        }
    }

    #[test]
    fn a_named_output_is_a_file_for_one_input_and_a_directory_for_several() {
        assert_eq!(planned(&["x/a"], Some("b.trs"), Way::Pack), Ok(vec!["x/a > b.trs".to_owned()]));
        assert_eq!(planned(&["x/a"], Some("b/"), Way::Pack), Ok(vec!["x/a > b/a.trs".to_owned()]));
        let both = planned(&["x/a", "b"], Some("out"), Way::Pack).expect("planned");
        assert_eq!(both, ["x/a > out/a.trs", "b > out/b.trs"]);
    }

    #[test]
    fn trees_are_kept_and_only_files_that_are_meant_are_taken() {
        let home = tempfile::tempdir().expect("a directory");
        std::fs::create_dir(home.path().join("sub")).expect("made");
        for name in ["a", "b.trs", "sub/c"] {
            std::fs::write(home.path().join(name), "").expect("written");
        }
        let root = home.path().to_str().expect("a name");
        let tasks = planned(&[root], Some("out"), Way::Pack).expect("planned");
        assert_eq!(tasks, [format!("{root}/a > out/a.trs"), format!("{root}/sub/c > out/sub/c.trs")]);
        assert_eq!(planned(&[root], None, TEXT).expect("planned"), [format!("{root}/b.trs > {root}/b")]);
    }

    #[test]
    fn outputs_that_would_swallow_one_another_are_refused() {
        assert!(planned(&["a/x", "b/x"], Some("out"), Way::Pack).expect_err("refused").contains("two of the inputs"));
        assert!(planned(&["a"], Some("a"), Way::Pack).expect_err("refused").contains("input and output"));
        assert!(planned(&["a", "b"], Some("//'A.B'"), Way::Pack).expect_err("refused").contains("one data set"));
        assert!(planned(&["a", "-"], Some("out"), Way::Pack).expect_err("refused").contains("has no name"));
    }
}
