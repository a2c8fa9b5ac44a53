//! The sandbox: where a host name in a deck really leads.
//!
//! Border: ECuRep names and addresses lead to the embedded server, which starts at the first connect; what
//! `[hosts]` or `--live` name leads outside; everything else is refused with a word on how to allow it.

use std::cell::{Cell, RefCell};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, ToSocketAddrs};
use std::sync::Arc;

use zeroize::Zeroizing;

use super::inbox::Inbox;
use super::{RunOptions, System};
use crate::ecurep::hosts;
use crate::program::{Network, Route, RouteError};
use crate::server::{Identity, Personality, RunningServer, ServerConfig, start};

/// The value of `[hosts]` for a host that is to be reached for real.
const LIVE: &str = "live";

/// The network of one run.
pub(super) struct Sandbox<'a> {
    system: &'a System,
    explain: &'a dyn Fn(&str),
    live: &'a [String],
    server: RefCell<Option<RunningServer>>,
    refused: Cell<bool>,
}

impl<'a> Sandbox<'a> {
    pub(super) fn new(system: &'a System, options: &'a RunOptions<'_>) -> Self {
        let RunOptions { explain, live, .. } = *options;
        Self { system, explain, live, server: RefCell::new(None), refused: Cell::new(false) }
    }

    /// True if a job wanted to reach a host that is not allowed.
    pub(super) fn has_refused(&self) -> bool {
        self.refused.get()
    }

    /// What `[hosts]` and `--live` say of a host.
    fn allowed(&self, host: &str) -> Option<&str> {
        if self.live.iter().any(|name| name.eq_ignore_ascii_case(host)) {
            return Some(LIVE);
        }
        self.system.config().hosts.get(&host.to_lowercase()).map(String::as_str)
    }

    fn outside(host: &str, target: &str, port: u16) -> Result<Route, RouteError> {
        let unknown = || RouteError::Unknown(host.to_owned());
        let actual = if target == LIVE {
            (host, port).to_socket_addrs().map_err(|_| unknown())?.find(SocketAddr::is_ipv4).ok_or_else(unknown)?
        } else {
            target.parse().map_err(|_| {
                RouteError::Environment(format!(
                    "[hosts] {host}: {target:?} is neither an address with port nor \"live\""
                ))
            })?
        };
        let documented = hosts::lookup(host).map(|found| IpAddr::V4(found.address));
        let shown = documented.filter(|_| target != LIVE).unwrap_or(actual.ip());
        Ok(Route { shown, shown_port: port, actual, server_name: host.to_owned() })
    }

    /// The embedded server's address; the first caller starts it.
    fn embedded(&self) -> Result<SocketAddr, RouteError> {
        let mut server = self.server.borrow_mut();
        if let Some(server) = &*server {
            return Ok(server.addr());
        }
        let started = self.start()?;
        let address = started.addr();
        (self.explain)(&format!("the embedded ECuRep server answers on {address}; nothing leaves this machine"));
        *server = Some(started);
        Ok(address)
    }

    fn start(&self) -> Result<RunningServer, RouteError> {
        let failed = |error: &dyn std::fmt::Display| RouteError::Environment(error.to_string());
        let system = self.system;
        let mut config =
            ServerConfig::new(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).map_err(|error| failed(&error))?;
        config.personality = Personality::named(&system.config().server_profile).map_err(|error| failed(&error))?;
        let identity = system.racf().server_identity().map_err(|error| failed(&error))?;
        config.identity =
            identity.map(|identity| Identity { chain: identity.chain, key: Zeroizing::new(identity.key) });
        let inbox = Inbox::new(system).map_err(|error| failed(&error))?;
        start(config, Arc::new(inbox), Arc::clone(system.world())).map_err(|error| failed(&error))
    }
}

impl Network for Sandbox<'_> {
    fn route(&self, host: &str, port: u16) -> Result<Route, RouteError> {
        if let Some(target) = self.allowed(host) {
            return Self::outside(host, target, port);
        }
        if let Some(found) = hosts::lookup(host) {
            let actual = self.embedded()?;
            let shown = IpAddr::V4(found.address);
            return Ok(Route { shown, shown_port: port, actual, server_name: host.to_owned() });
        }
        self.refused.set(true);
        (self.explain)(&format!(
            "the sandbox does not let jobs reach {host}: allow it with --live {host}, or say in zjob.toml where it \
             leads, as in [hosts] \"{host}\" = \"127.0.0.1:2121\" or \"live\""
        ));
        Err(RouteError::Refused(host.to_owned()))
    }
}
