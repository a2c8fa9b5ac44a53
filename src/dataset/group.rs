//! Generation data groups: what relative numbers lead to, rolling in, rolling off.
//!
//! Border: names and the catalog. When a job looks at a group, and what it makes of a number, is the job's matter.

use super::catalog::{CatalogError, DataSets};
use super::name::DataSetName;
use crate::store::{GenerationStatus, GroupRow};

/// Longest name of a base: nine characters are left for `.GnnnnVnn`.
pub const MAX_BASE: usize = 35;
/// Highest generation number; after it numbers start again.
pub const MAX_GENERATION: u16 = 9999;
/// Most generations of a group that is not EXTENDED.
pub const MAX_LIMIT: u16 = 255;
/// Most generations of an EXTENDED group.
pub const MAX_LIMIT_EXTENDED: u16 = 999;

/// A generation data group to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewGroup {
    /// Name of the base.
    pub base: DataSetName,
    /// Most active generations.
    pub limit: u16,
    /// Generations that leave the group are deleted.
    pub scratch: bool,
    /// All generations leave the group when it is full.
    pub empty: bool,
    /// The oldest generation is read first.
    pub fifo: bool,
    /// Generations are deleted before they expire.
    pub purge: bool,
    /// Up to 999 generations.
    pub extended: bool,
}

/// What a name in the catalog stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    /// A data set.
    NonVsam,
    /// A generation data group.
    Group,
    /// A generation.
    Generation,
}

/// What became of a request to delete a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GroupDeleted {
    /// It is gone, and with it these data sets.
    Done(Vec<DataSetName>),
    /// There is no such group.
    NotFound,
    /// It has generations, and FORCE was not coded.
    NotEmpty,
}

/// The name of generation `number` of `base`; none if the base is too long.
pub fn generation_name(base: &DataSetName, number: u16) -> Option<DataSetName> {
    DataSetName::new(&format!("{base}.G{number:04}V00")).ok()
}

/// The base and the number that an absolute name `base.GnnnnVnn` has.
pub fn base_of(name: &DataSetName) -> Option<(DataSetName, u16)> {
    let (base, last) = name.as_str().rsplit_once('.')?;
    let (number, version) = last.strip_prefix('G')?.split_once('V')?;
    let digits = |text: &str, length: usize| text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(number, 4) || !digits(version, 2) {
        return None;
    }
    Some((DataSetName::new(base).ok()?, number.parse().ok()?))
}

impl DataSets {
    /// The group called `base`.
    pub fn group(&self, base: &DataSetName) -> Result<Option<GroupRow>, CatalogError> {
        Ok(self.store().group(base.as_str())?)
    }

    /// All groups in order of their names.
    pub fn groups(&self) -> Result<Vec<GroupRow>, CatalogError> {
        Ok(self.store().groups()?)
    }

    /// Makes a group. False if there is one, or a data set, of this name.
    pub fn define_group(&self, group: &NewGroup, created: &str) -> Result<bool, CatalogError> {
        Ok(self.store().put_group(&GroupRow {
            name: group.base.to_string(),
            limit: group.limit,
            scratch: group.scratch,
            empty: group.empty,
            fifo: group.fifo,
            purge: group.purge,
            extended: group.extended,
            created: created.to_owned(),
        })?)
    }

    /// What a name stands for; `None` if it is not in the catalog.
    pub fn entry(&self, name: &DataSetName) -> Result<Option<EntryKind>, CatalogError> {
        if self.group(name)?.is_some() {
            return Ok(Some(EntryKind::Group));
        }
        if self.store().data_set(name.as_str())?.is_none() {
            return Ok(None);
        }
        let is_generation = self.store().generation(name.as_str())?.is_some();
        Ok(Some(if is_generation { EntryKind::Generation } else { EntryKind::NonVsam }))
    }

    /// What the catalog has below a level (`A.B` for `A.B.C`), in the order of names.
    pub fn entries_below(&self, level: &DataSetName) -> Result<Vec<(DataSetName, EntryKind)>, CatalogError> {
        let data_sets = self.list()?.into_iter().map(|row| row.name);
        let groups = self.groups()?.into_iter().map(|row| row.name);
        let is_below = |name: &String| name.strip_prefix(level.as_str()).is_some_and(|rest| rest.starts_with('.'));
        let mut names: Vec<String> = data_sets.chain(groups).filter(is_below).collect();
        names.sort_unstable();
        let names = names.iter().filter_map(|name| DataSetName::new(name).ok());
        names.filter_map(|name| self.entry(&name).map(|kind| Some((name, kind?))).transpose()).collect()
    }

    /// The active generations of a group, the oldest first.
    pub fn generations(&self, base: &DataSetName) -> Result<Vec<DataSetName>, CatalogError> {
        let names = self.store().generations(base.as_str(), GenerationStatus::Active)?;
        Ok(names.iter().filter_map(|name| DataSetName::new(name).ok()).collect())
    }

    /// Makes a data set the newest generation of its group. The result are the generations that left the group for
    /// it; those of a SCRATCH group are deleted.
    pub fn roll_in(&self, base: &DataSetName, name: &DataSetName) -> Result<Vec<DataSetName>, CatalogError> {
        let Some(group) = self.group(base)? else { return Ok(Vec::new()) };
        let mut active = self.generations(base)?;
        active.retain(|generation| generation != name);
        let room = usize::from(group.limit).saturating_sub(1);
        let leaving = match active.len().checked_sub(room) {
            None | Some(0) => 0,
            Some(_) if group.empty => active.len(),
            Some(over) => over,
        };
        let left: Vec<DataSetName> = active.drain(..leaving).collect();
        for old in &left {
            if group.scratch {
                self.delete(old)?;
            } else {
                self.store().put_generation(old.as_str(), base.as_str(), GenerationStatus::RolledOff)?;
            }
        }
        self.store().put_generation(name.as_str(), base.as_str(), GenerationStatus::Active)?;
        Ok(left)
    }

    /// A new generation that is kept without being cataloged waits to be rolled in.
    pub fn defer(&self, base: &DataSetName, name: &DataSetName) -> Result<(), CatalogError> {
        Ok(self.store().put_generation(name.as_str(), base.as_str(), GenerationStatus::Deferred)?)
    }

    /// True if the data set was made and never rolled in: the next job that makes this generation takes its place.
    pub fn is_deferred(&self, name: &DataSetName) -> Result<bool, CatalogError> {
        Ok(self.store().generation(name.as_str())?.is_some_and(|(_, status)| status == "DEFERRED"))
    }

    /// Deletes a group, with its generations if that is wanted.
    pub fn delete_group(&self, base: &DataSetName, force: bool) -> Result<GroupDeleted, CatalogError> {
        if self.group(base)?.is_none() {
            return Ok(GroupDeleted::NotFound);
        }
        let generations = self.generations(base)?;
        if !generations.is_empty() && !force {
            return Ok(GroupDeleted::NotEmpty);
        }
        for generation in &generations {
            self.delete(generation)?;
        }
        self.store().remove_group(base.as_str())?;
        Ok(GroupDeleted::Done(generations))
    }
}

#[cfg(test)]
mod tests {
    use super::{base_of, generation_name};
    use crate::dataset::DataSetName;

    #[test]
    fn an_absolute_name_tells_its_base_and_number() {
        let name = |text| DataSetName::new(text).expect("a name");
        assert_eq!(base_of(&name("MY.LOG.G0012V00")), Some((name("MY.LOG"), 12)));
        assert_eq!(generation_name(&name("MY.LOG"), 12), Some(name("MY.LOG.G0012V00")));
        for other in ["MY.LOG", "MY.G12V00", "MY.G0012V0", "MY.GX012V00", "G0012V00"] {
            assert_eq!(base_of(&name(other)), None, "{other}");
        }
        let longest = name("A2345678.A2345678.A2345678.A2345678");
        assert!(generation_name(&longest, 1).is_some());
        assert!(generation_name(&name("A2345678.A2345678.A2345678.A2345678.A"), 1).is_none());
    }
}
