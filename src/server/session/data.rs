//! The data connection: PORT, EPRT, PASV, EPSV, and the connection that comes of them.

use std::io;
use std::net::{IpAddr, SocketAddr};

use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::time::timeout;

use super::Session;
use super::security::Level;
use crate::server::address::{self, AddressError};
use crate::server::control::Watched;
use crate::server::personality::Reply;
use crate::server::ports::Lease;

/// Where the next data connection comes from. It serves one transfer; each command replaces the one before.
#[derive(Debug, Default)]
pub(super) enum DataPort {
    /// Nothing was agreed on.
    #[default]
    None,
    /// The server connects.
    Active(SocketAddr),
    /// The client connects.
    Passive(Door),
}

/// A listener with its port.
#[derive(Debug)]
pub(super) struct Door {
    listener: TcpListener,
    lease: Lease,
}

/// A data connection that stands. The port is held as long as it does.
pub(super) struct DataConnection {
    pub(super) stream: TcpStream,
    pub(super) _lease: Option<Lease>,
}

impl DataPort {
    pub(super) fn close(&mut self) {
        *self = Self::None;
    }

    /// The address that the server would connect to.
    pub(super) fn target(&self) -> Option<SocketAddr> {
        match self {
            Self::Active(target) => Some(*target),
            Self::None | Self::Passive(_) => None,
        }
    }
}

impl Session {
    pub(super) fn port(&mut self, operand: &str) -> Reply {
        let ok = self.says().port_ok.plain();
        self.active("PORT", address::port(operand), ok)
    }

    pub(super) fn extended_port(&mut self, operand: &str) -> Reply {
        let ok = self.says().eprt_ok.plain();
        self.active("EPRT", address::eprt(operand), ok)
    }

    fn active(&mut self, verb: &str, target: Result<SocketAddr, AddressError>, ok: Reply) -> Reply {
        let says = &self.server.config.personality.says;
        let peer = self.control.peer().ip().to_canonical();
        self.data.close();
        if self.extended_passive_only {
            return says.epsv_only.with(&[("verb", &verb)]);
        }
        match target {
            Ok(target) if address::allowed(target, peer) => {
                self.data = DataPort::Active(target);
                ok
            }
            Ok(_) => says.port_foreign.with(&[("verb", &verb)]),
            Err(AddressError::Form) => says.bad_operand.with(&[("verb", &verb)]),
            Err(AddressError::Protocol) => says.eprt_protocol.with(&[("protocol", &protocol(peer))]),
        }
    }

    pub(super) fn passive(&mut self) -> Reply {
        if self.extended_passive_only {
            return self.says().epsv_only.with(&[("verb", &"PASV")]);
        }
        let IpAddr::V4(own) = self.control.local().ip().to_canonical() else {
            return self.says().no_data_connection.plain();
        };
        match self.open_door() {
            Some(port) => self.says().pasv_ok.with(&[("address", &address::passive(own, port))]),
            None => self.says().no_data_port.plain(),
        }
    }

    pub(super) fn extended_passive(&mut self, operand: &str) -> Reply {
        let own = protocol(self.control.local().ip().to_canonical());
        match operand.to_ascii_uppercase().as_str() {
            "ALL" => {
                self.extended_passive_only = true;
                return self.says().epsv_all.plain();
            }
            asked if asked.is_empty() || asked == own => {}
            _ => return self.says().eprt_protocol.with(&[("protocol", &own)]),
        }
        match self.open_door() {
            Some(port) => self.says().epsv_ok.with(&[("port", &port)]),
            None => self.says().no_data_port.plain(),
        }
    }

    /// Opens a listener; the one before goes first, so that nobody holds two.
    fn open_door(&mut self) -> Option<u16> {
        self.data.close();
        let (listener, lease) = self.server.ports.listen(self.control.local().ip())?;
        let port = lease.port();
        self.data = DataPort::Passive(Door { listener, lease });
        Some(port)
    }

    /// The data connection that was agreed on, or the answer that there is none.
    pub(super) async fn connect(&mut self) -> Result<DataConnection, Reply> {
        let port = std::mem::take(&mut self.data);
        let (own, peer) = (self.control.local().ip(), self.control.peer().ip());
        let connection = timeout(self.server.config.limits.data_connection, open(port, own, peer));
        match self.control.watch(connection).await {
            Watched::Done(Ok(Ok(connection))) => Ok(connection),
            Watched::Done(_) | Watched::Gone => Err(self.says().no_data_connection.plain()),
            Watched::Aborted => Err(self.says().transfer_cut.plain().then(self.says().aborted.plain())),
        }
    }

    /// True if the next data connection is to be under TLS.
    pub(super) fn is_private(&self) -> bool {
        self.security.data() == Level::Private
    }

    /// ABOR with no transfer under way.
    pub(super) fn abort(&mut self) -> Reply {
        self.data.close();
        self.says().aborted.plain()
    }
}

async fn open(port: DataPort, own: IpAddr, peer: IpAddr) -> io::Result<DataConnection> {
    match port {
        DataPort::None => Err(io::ErrorKind::NotConnected.into()),
        DataPort::Active(target) => {
            let socket = if target.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
            socket.bind(SocketAddr::new(own.to_canonical(), 0))?;
            Ok(DataConnection { stream: socket.connect(target).await?, _lease: None })
        }
        DataPort::Passive(Door { listener, lease }) => loop {
            let (stream, from) = listener.accept().await?;
            // Whoever else knocks is not the client.
            if from.ip().to_canonical() == peer.to_canonical() {
                return Ok(DataConnection { stream, _lease: Some(lease) });
            }
        },
    }
}

/// The number of a network protocol in EPRT and EPSV (RFC 2428).
fn protocol(address: IpAddr) -> &'static str {
    if address.is_ipv4() { "1" } else { "2" }
}
