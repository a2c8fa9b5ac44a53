//! What `zjob.toml` may say, and how a mistake in it is told.

use super::{Config, parse_name};

fn read(text: &str) -> Result<Config, String> {
    let home = tempfile::tempdir().expect("a directory");
    let path = home.path().join("zjob.toml");
    std::fs::write(&path, text).expect("written");
    Config::read(&path).map_err(|error| error.to_string())
}

#[test]
fn an_empty_file_gives_the_defaults() {
    let config = read("").expect("accepted");
    assert_eq!((config.user.as_str(), config.name.as_str(), config.node.as_str()), ("IBMUSER", "S0W1", "S0W1"));
    assert!(config.step_table && config.efz_integrity);
}

#[test]
fn an_unknown_key_is_refused_with_its_line() {
    let error = read("[system]\nuser = 'A'\ncolour = 'red'\n").expect_err("refused");
    assert!(error.contains("line 3") && error.contains("colour"), "{error}");
}

#[test]
fn classes_and_volume_serials_are_those_that_jcl_could_name() {
    read("[system]\nvolumes = { VOL001 = 10 }\n[job]\nclass = 'BATCH1'\nmessage-class = 'X'\n").expect("accepted");
    for wrong in [
        "[job]\nclass = ''",
        "[job]\nclass = 'a'",
        "[job]\nmessage-class = 'XY'",
        "[system]\nvolumes = { 'VOL 1' = 10 }",
        "[system]\nvolumes = { TOOLONG = 10 }",
        "[system]\nvolumes = { VOL001 = 0 }",
    ] {
        assert!(read(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn fixtures_have_paths_beside_the_file_and_attributes_that_go_together() {
    let config = read("[[dataset]]\nname = 'my.lib(a)'\nfile = 'data/a.txt'\nlrecl = 133\n").expect("accepted");
    let fixture = &config.fixtures[0];
    assert_eq!(fixture.name.as_str(), "MY.LIB");
    assert!(fixture.file.ends_with("data/a.txt") && fixture.file.is_absolute());
    assert_eq!((fixture.attributes.lrecl, fixture.attributes.blksize), (133, 27_930));
    for wrong in [
        "recfm = 'FX'",
        "lrecl = 40000",
        "lrecl = 4294967295\nrecfm = 'V'",
        "blksize = 81",
        "format = 'xml'",
        "codepage = 'KOI8'",
    ] {
        assert!(read(&format!("[[dataset]]\nname = 'A'\nfile = 'a'\n{wrong}\n")).is_err(), "{wrong}");
    }
}

#[test]
fn only_addresses_of_this_machine_do_not_lead_outside() {
    let config = |target: &str| read(&format!("[hosts]\n'ftp.example.com' = '{target}'\n")).expect("accepted");
    assert!(!Config::default().leads_outside());
    assert!(!config("127.0.0.1:2121").leads_outside() && !config("[::1]:21").leads_outside());
    assert!(config("live").leads_outside() && config("192.0.2.7:21").leads_outside());
}

#[test]
fn names_are_read_with_and_without_members() {
    assert_eq!(parse_name("a.b(c)").expect("good").1.expect("a member").as_str(), "C");
    assert!(parse_name("a.b(c").is_err() && parse_name("a..b").is_err());
}
