//! What a server is started with: address, personality, identity, limits, faults to play, who listens.

use std::fmt;
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::intake::{Incomplete, Upload};
use super::personality::{DEFAULT_PROFILE, Personality, ProfileError};
use super::tls::Identity;
use crate::ecurep::service::DATA_PORTS;

/// The settings of one server.
#[derive(Clone)]
pub struct ServerConfig {
    /// Where it listens; port 0 takes a free one. Data ports are taken at the same address.
    pub address: SocketAddr,
    /// How it speaks.
    pub personality: Arc<Personality>,
    /// Certificates and key; without them AUTH is refused and FEAT does not offer it.
    pub identity: Option<Identity>,
    /// User names beside those of the personality. They log on with any password.
    pub accounts: Vec<String>,
    /// What outsiders may take of it.
    pub limits: Limits,
    /// What shall go wrong.
    pub faults: Vec<Fault>,
    /// Who is told what happens.
    pub observer: Arc<dyn Observer>,
}

impl ServerConfig {
    /// A server of the default personality at `address`, without TLS, faults and observer.
    pub fn new(address: SocketAddr) -> Result<Self, ProfileError> {
        Ok(Self {
            address,
            personality: Personality::named(DEFAULT_PROFILE)?,
            identity: None,
            accounts: Vec::new(),
            limits: Limits::default(),
            faults: Vec::new(),
            observer: Arc::new(Unobserved),
        })
    }
}

impl fmt::Debug for ServerConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerConfig")
            .field("address", &self.address)
            .field("personality", &self.personality.name)
            .field("identity", &self.identity)
            .field("limits", &self.limits)
            .field("faults", &self.faults)
            .finish_non_exhaustive()
    }
}

/// What a server grants to the outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Time without a command after which a session ends; `None` takes the personality's minutes.
    pub idle: Option<Duration>,
    /// Time from the connection to a logon.
    pub logon: Duration,
    /// Time for a TLS handshake.
    pub handshake: Duration,
    /// Time until a data connection stands.
    pub data_connection: Duration,
    /// Time without a byte on a data connection.
    pub stall: Duration,
    /// Time for a client to take an answer.
    pub answer: Duration,
    /// Sessions at a time.
    pub sessions: usize,
    /// Sessions at a time of one address.
    pub sessions_of_one: usize,
    /// Logons that may fail in one session.
    pub failed_logons: u32,
    /// How long the answer to a failed logon takes.
    pub failed_logon_delay: Duration,
    /// Unknown commands in one session.
    pub unknown_commands: u32,
    /// The data ports of passive mode.
    pub data_ports: RangeInclusive<u16>,
    /// How long transfers may go on when the server is told to stop.
    pub grace: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            idle: None,
            logon: Duration::from_secs(60),
            handshake: Duration::from_secs(10),
            data_connection: Duration::from_secs(30),
            stall: Duration::from_secs(120),
            answer: Duration::from_secs(30),
            sessions: 64,
            sessions_of_one: 32,
            failed_logons: 3,
            failed_logon_delay: Duration::from_millis(500),
            unknown_commands: 10,
            data_ports: DATA_PORTS,
            grace: Duration::from_secs(2),
        }
    }
}

/// Something that a server does wrong on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// AUTH is answered with this code (500, 534).
    RefuseAuth(u16),
    /// Every logon is answered with 530.
    RefuseLogon,
    /// STOR is answered with this code (550, 553).
    RefuseStore(u16),
    /// The data connection is cut after so many bytes; the client gets 426.
    CutData(u64),
    /// Data and control connection are cut after so many bytes of data.
    CutSession(u64),
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A client connected.
    Opened(SocketAddr),
    /// The control connection went over to TLS.
    Secured(SocketAddr),
    /// A user logged on.
    LoggedOn {
        /// The client.
        peer: SocketAddr,
        /// The user name as it was sent.
        user: String,
    },
    /// An upload was delivered.
    Delivered {
        /// Its facts.
        upload: Upload,
        /// Its length as it was stored.
        bytes: u64,
    },
    /// An upload was not completed.
    Incomplete {
        /// Its facts.
        upload: Upload,
        /// What had been stored.
        bytes: u64,
        /// Why.
        why: Incomplete,
    },
    /// A session ended.
    Closed(SocketAddr),
}

/// Is told what happens, from the server's own threads: it has to return soon.
pub trait Observer: Send + Sync {
    /// Takes note of `event`.
    fn note(&self, event: Event);
}

/// Nobody looks.
struct Unobserved;

impl Observer for Unobserved {
    fn note(&self, _event: Event) {}
}

impl Observer for Mutex<Vec<Event>> {
    fn note(&self, event: Event) {
        self.lock().unwrap_or_else(PoisonError::into_inner).push(event);
    }
}
