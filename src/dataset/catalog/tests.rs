//! Libraries in the catalog: directories, aliases, and the files behind them.

use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

use super::{DataSet, DataSets, SpaceRequest, WriteRequest, read_all};
use crate::dataset::library::DirectoryEntry;
use crate::dataset::{Attributes, DataSetName, Dcb, Dsorg, MemberName, Recfm, RecordWriter};
use crate::store::Store;

const FB4: Attributes = Attributes { recfm: Recfm::FB, lrecl: 4, blksize: 40 };

fn open(home: &Path) -> Rc<DataSets> {
    let store = Store::open(&home.join("zjob.db")).expect("a store");
    store.put_volume("VOL001", 100).expect("a volume");
    Rc::new(DataSets::open(home, Arc::new(store)).expect("data sets"))
}

fn library() -> DataSetName {
    DataSetName::new("MY.LIB").expect("a name")
}

fn member(name: &str) -> MemberName {
    MemberName::new(name).expect("a name")
}

fn write(dataset: &DataSet, name: &str, record: &[u8]) {
    let (name, ddname) = (member(name), "TEST");
    let request =
        WriteRequest { ddname, member: Some(&name), attributes: FB4, extend: false, secondary: None, release: None };
    let mut writer = Box::new(dataset.open_write(request).expect("opened"));
    writer.put(record).expect("space");
    writer.close().expect("closed");
}

fn alias(name: &str, of: &str) -> DirectoryEntry {
    DirectoryEntry { name: member(name), alias_of: Some(member(of)), user_data: vec![1, 2] }
}

fn record(dataset: &DataSet, name: &str) -> Vec<u8> {
    read_all(&mut dataset.open_read(Some(&member(name)), FB4).expect("opened")).expect("sound").concat()
}

fn files(home: &Path) -> usize {
    std::fs::read_dir(home.join("volumes")).expect("volumes").count()
}

fn made(home: &Path) -> Rc<DataSets> {
    let all = open(home);
    let dcb = Dcb { dsorg: Some(Dsorg::Partitioned), ..FB4.into() };
    let space = SpaceRequest { primary: 10, secondary: 1, directory: 5 };
    let dataset = all.allocate(&library(), dcb, space, None, "2026-01-31T12:00:00").expect("space");
    write(&dataset, "MAIN", b"old ");
    dataset.stow(&alias("$OTHER", "MAIN")).expect("an alias");
    dataset.commit().expect("cataloged");
    all
}

#[test]
fn a_directory_has_user_data_and_aliases_in_ebcdic_order() {
    let home = tempfile::tempdir().expect("a directory");
    let dataset = made(home.path()).locate(&library()).expect("asked").expect("cataloged");
    write(&dataset, "A1", b"one ");
    write(&dataset, "AA", b"two ");
    let entry = DirectoryEntry { name: member("AA"), alias_of: None, user_data: vec![7; 30] };
    dataset.stow(&entry).expect("user data");
    dataset.commit().expect("cataloged");
    let rows = dataset.members().expect("members");
    let found: Vec<_> = rows.iter().map(|row| (row.name.as_str(), row.alias_of.as_deref())).collect();
    assert_eq!(found, [("$OTHER", Some("MAIN")), ("AA", None), ("A1", None), ("MAIN", None)]);
    assert_eq!((rows[0].user_data.as_slice(), rows[1].user_data.as_slice()), (&[1, 2][..], &[7; 30][..]));
    assert_eq!(record(&dataset, "$OTHER"), b"old ");
    assert!(dataset.stow(&alias("B", "NOWHERE")).is_err());
}

#[test]
fn an_alias_stays_with_the_old_records_when_its_member_is_replaced_or_deleted() {
    let home = tempfile::tempdir().expect("a directory");
    let all = made(home.path());
    assert_eq!(files(home.path()), 1);
    let dataset = all.locate(&library()).expect("asked").expect("cataloged");
    write(&dataset, "MAIN", b"new ");
    dataset.commit().expect("cataloged");
    assert_eq!((record(&dataset, "MAIN"), record(&dataset, "$OTHER")), (b"new ".to_vec(), b"old ".to_vec()));
    assert!(dataset.directory().expect("a directory").iter().all(|entry| entry.alias_of.is_none()));
    assert!(all.delete_member(&library(), &member("MAIN")).expect("deleted"));
    assert_eq!((record(&dataset, "$OTHER"), files(home.path())), (b"old ".to_vec(), 1));
    assert!(all.delete_member(&library(), &member("$OTHER")).expect("deleted"));
    assert_eq!(files(home.path()), 0);
}

#[test]
fn a_library_is_deleted_with_all_its_files() {
    let home = tempfile::tempdir().expect("a directory");
    let all = made(home.path());
    assert!(all.delete(&library()).expect("deleted"));
    assert_eq!(files(home.path()), 0);
}
