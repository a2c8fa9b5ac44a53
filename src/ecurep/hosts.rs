//! Host names and addresses of the service, as the pages of 2011 to 2023 name them.

use std::net::{IpAddr, Ipv4Addr};

/// Where a host stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Region {
    /// Boulder.
    Americas,
    /// Asia and Pacific.
    AsiaPacific,
    /// Mainz, later Ehningen.
    Europe,
}

/// Which protocol a host was announced for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Face {
    /// FTP, plain or after AUTH TLS: the z/OS style server.
    Ftp,
    /// FTP after AUTH TLS only: the server of 2020.
    Ftps,
    /// SFTP.
    Sftp,
    /// All three on one name (Boulder).
    All,
}

/// One host of the service.
#[derive(Debug, PartialEq, Eq)]
pub struct Host {
    /// The name, lower case.
    pub name: &'static str,
    /// Where it stands.
    pub region: Region,
    /// What it was announced for.
    pub face: Face,
    /// Its documented addresses; the first is the one to show for the name.
    pub addresses: &'static [Ipv4Addr],
}

/// A host that was asked for, with the address to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// The host.
    pub host: &'static Host,
    /// The documented address: the host's first, or the one that was asked for.
    pub address: Ipv4Addr,
}

/// Every host, in the order of the pages. Where several share an address, the first one owns it.
pub static HOSTS: &[Host] = &[
    Host { name: "ftp.ecurep.ibm.com", region: Region::Europe, face: Face::Ftp, addresses: MAINZ_FTP },
    Host { name: "ftps.ecurep.ibm.com", region: Region::Europe, face: Face::Ftps, addresses: MAINZ_FTPS },
    Host { name: "sftp.ecurep.ibm.com", region: Region::Europe, face: Face::Sftp, addresses: MAINZ_SFTP },
    Host { name: "testcase.boulder.ibm.com", region: Region::Americas, face: Face::All, addresses: BOULDER },
    Host { name: "testcase.software.ibm.com", region: Region::Americas, face: Face::All, addresses: BOULDER },
    Host { name: "ftp.ap.ecurep.ibm.com", region: Region::AsiaPacific, face: Face::Ftp, addresses: ASIA },
    Host { name: "ftps.ap.ecurep.ibm.com", region: Region::AsiaPacific, face: Face::Ftps, addresses: ASIA },
    Host { name: "sftp.ap.ecurep.ibm.com", region: Region::AsiaPacific, face: Face::Sftp, addresses: ASIA },
];

/// The Internet address of the logs of 2002 and 2004, then the two of the intranet.
const MAINZ_FTP: &[Ipv4Addr] =
    &[Ipv4Addr::new(192, 109, 81, 7), Ipv4Addr::new(9, 39, 51, 27), Ipv4Addr::new(9, 39, 0, 2)];
/// The address of 2020, then the global ones after 2023.
const MAINZ_FTPS: &[Ipv4Addr] = &[
    Ipv4Addr::new(192, 109, 81, 10),
    Ipv4Addr::new(149, 81, 237, 70),
    Ipv4Addr::new(52, 118, 103, 99),
    Ipv4Addr::new(165, 192, 140, 113),
];
const MAINZ_SFTP: &[Ipv4Addr] = &[Ipv4Addr::new(192, 109, 81, 25)];
const BOULDER: &[Ipv4Addr] = &[Ipv4Addr::new(170, 225, 15, 31), Ipv4Addr::new(170, 225, 126, 22)];
const ASIA: &[Ipv4Addr] = &[Ipv4Addr::new(169, 56, 38, 162), Ipv4Addr::new(169, 56, 38, 163)];

/// The host that `target`, a name or an address, stands for. Case and a final period do not matter.
pub fn lookup(target: &str) -> Option<Found> {
    match target.parse::<IpAddr>() {
        Ok(IpAddr::V4(address)) => by_address(address),
        Ok(IpAddr::V6(_)) => None,
        Err(_) => by_name(target.strip_suffix('.').unwrap_or(target)),
    }
}

/// What the certificate of a server that stands for all hosts must carry: every name and address.
pub fn certificate_names() -> Vec<String> {
    let mut names: Vec<String> = HOSTS.iter().map(|host| host.name.to_owned()).collect();
    for address in HOSTS.iter().flat_map(|host| host.addresses) {
        let text = address.to_string();
        if !names.contains(&text) {
            names.push(text);
        }
    }
    names
}

fn by_address(address: Ipv4Addr) -> Option<Found> {
    let host = HOSTS.iter().find(|host| host.addresses.contains(&address))?;
    Some(Found { host, address })
}

fn by_name(name: &str) -> Option<Found> {
    let host = HOSTS.iter().find(|host| host.name.eq_ignore_ascii_case(name))?;
    Some(Found { host, address: *host.addresses.first()? })
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::{Face, HOSTS, Region, lookup};

    #[test]
    fn a_name_shows_its_documented_address() {
        let found = lookup("ftp.ecurep.ibm.com").expect("the host of the published deck");
        assert_eq!(found.address, Ipv4Addr::new(192, 109, 81, 7));
        assert_eq!(lookup("FTPS.ECUREP.IBM.COM.").expect("case does not matter").host.face, Face::Ftps);
    }

    #[test]
    fn an_address_finds_its_host_and_is_shown_itself() {
        let found = lookup("9.39.0.2").expect("the intranet address of the session of 2002");
        assert_eq!((found.host.name, found.address), ("ftp.ecurep.ibm.com", Ipv4Addr::new(9, 39, 0, 2)));
        assert_eq!(lookup("170.225.15.31").expect("Boulder").host.region, Region::Americas);
        assert_eq!(lookup("165.192.140.113").expect("global").host.name, "ftps.ecurep.ibm.com");
    }

    #[test]
    fn other_hosts_are_not_ours() {
        for target in ["", ".", "ibm.com", "xftp.ecurep.ibm.com", "127.0.0.1", "::1", "192.109.81.8", "ftp.ecurep"] {
            assert_eq!(lookup(target), None, "{target}");
        }
    }

    #[test]
    fn every_host_has_an_address_to_show() {
        assert!(HOSTS.iter().all(|host| !host.addresses.is_empty()));
    }
}
