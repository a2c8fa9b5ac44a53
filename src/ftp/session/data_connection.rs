//! The data connection of a transfer: who listens where, who connects, and TLS on it.
//!
//! Border: from the command to an open channel. What goes through it is `transfer`.

use std::net::{IpAddr, Ipv4Addr, TcpStream};

use super::{Session, Step, Trouble};
use crate::ftp::channel::Channel;
use crate::ftp::code::ClientError;
use crate::ftp::data::Agreed;
use crate::ftp::link::{Link, Reply};
use crate::ftp::net::NetError;
use crate::ftp::{data, explain, net};
use crate::message::{ftp as text, own};

impl Session<'_> {
    /// Agrees with the server on who listens where: EPSV, PASV or PORT.
    pub(super) fn agree_on_data(&mut self) -> Step<Agreed> {
        let Some(peer) = self.link.as_ref().map(|link| link.peer().ip()) else {
            return self.fail(&own::ZJB505E.plain(), ClientError::NotConnected);
        };
        // On IPv6 the client always connects, and there is no PASV or PORT.
        if peer.is_ipv6() || self.data.site.epsv4 {
            let reply = self.command("EPSV")?;
            if reply.is_positive() {
                return self.extended_passive(peer, &reply);
            }
            if peer.is_ipv6() {
                return Err(Trouble::Failed(ClientError::Server));
            }
        }
        if self.data.site.firewall_friendly { self.passive(peer) } else { self.active() }
    }

    fn extended_passive(&mut self, peer: IpAddr, reply: &Reply) -> Step<Agreed> {
        match data::extended_port(reply.text()) {
            Some(port) => self.connect_data(peer, port),
            None => self.no_data_connection(&"the reply names no port that can be used"),
        }
    }

    fn passive(&mut self, peer: IpAddr) -> Step<Agreed> {
        let reply = self.exchange("PASV")?;
        let Some((address, port)) = data::passive_address(reply.text()) else {
            return self.no_data_connection(&"the reply names no address that can be used");
        };
        if IpAddr::V4(address) != peer && !self.data.site.ignore_passive_address {
            // The host would connect there; data that may be secret go to the server of the control connection only.
            self.services.user.explain(&format!(
                "The server named {address} for data; zjob connects to {peer}, the server of the control connection, \
                 as with PASSIVEIGNOREADDR TRUE."
            ));
        }
        self.connect_data(peer, port)
    }

    fn connect_data(&mut self, peer: IpAddr, port: u16) -> Step<Agreed> {
        data::connect(peer, port, &self.wait(self.data.timers.open)).or_else(|error| self.data_failed(&error))
    }

    fn active(&mut self) -> Step<Agreed> {
        let local = self.link.as_ref().map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), Link::local);
        let (listener, port) = data::listen(local).or_else(|error| self.data_failed(&error))?;
        let IpAddr::V4(address) = local else { return self.no_data_connection(&"PORT needs IPv4") };
        self.exchange(&format!("PORT {}", data::port_argument(address, port)))?;
        Ok(Agreed::Active(listener))
    }

    fn no_data_connection<T>(&self, why: &dyn std::fmt::Display) -> Step<T> {
        self.services.user.explain(explain::DATA_CONNECTION);
        self.fail(&own::ZJB513E.with(&[&why]), ClientError::Connect)
    }

    fn data_failed<T>(&self, error: &NetError) -> Step<T> {
        match error {
            NetError::Stopped => Err(Trouble::Stopped),
            NetError::TimedOut => {
                self.services.user.explain(explain::DATA_CONNECTION);
                self.fail(&text::EZA2589E.plain(), ClientError::Timeout)
            }
            error => self.no_data_connection(error),
        }
    }

    /// Sends the command of a transfer, and has the data connection once the server agrees.
    pub(super) fn start_transfer(&mut self, command: &str, agreed: Agreed) -> Step<Channel> {
        let reply = self.command(command)?;
        if reply.is_negative() {
            return Err(Trouble::Failed(ClientError::Server));
        }
        if !reply.is_preliminary() {
            return self.fail(&own::ZJB514E.with(&[&"the server confirmed it before it began"]), ClientError::Session);
        }
        let stream = match agreed {
            Agreed::Passive(stream) => stream,
            Agreed::Active(listener) => match self.await_server(&listener)? {
                Some(stream) => stream,
                None => return self.refused_data(),
            },
        };
        match self.secured(stream) {
            Ok(channel) => Ok(channel),
            Err((channel, trouble)) => match channel {
                Some(channel) => self.abandon(channel, trouble),
                None => Err(trouble),
            },
        }
    }

    /// Waits until the server connects; `None` if it replied instead.
    fn await_server(&mut self, listener: &std::net::TcpListener) -> Step<Option<TcpStream>> {
        let wait = self.wait(self.data.timers.reply);
        let Some(link) = self.link.as_mut() else {
            return self.fail(&own::ZJB505E.plain(), ClientError::NotConnected);
        };
        let peer = link.peer().ip();
        match net::accept(listener, peer, &wait, || link.has_input()) {
            Ok(stream) => Ok(stream),
            Err(error) => {
                // Later the server may still connect, or answer this command: the session cannot be trusted.
                self.link = None;
                self.data_failed(&error)
            }
        }
    }

    /// The server answered instead of connecting.
    fn refused_data<T>(&mut self) -> Step<T> {
        let reply = self.final_reply()?;
        if reply.is_negative() {
            self.services.user.explain(explain::DATA_CONNECTION);
            return Err(Trouble::Failed(ClientError::Server));
        }
        self.fail(&own::ZJB514E.with(&[&"the server made no data connection"]), ClientError::Session)
    }

    fn secured(&self, stream: TcpStream) -> Result<Channel, (Option<Channel>, Trouble)> {
        let failed = |channel, error: &NetError| {
            let trouble = match self.data_failed::<()>(error) {
                Err(trouble) => trouble,
                Ok(()) => Trouble::Failed(ClientError::Connect),
            };
            (channel, trouble)
        };
        let mut channel = Channel::new(stream).map_err(|error| failed(None, &NetError::Io(error)))?;
        let Some(setup) = self.tls.as_ref().filter(|_| self.private) else { return Ok(channel) };
        match channel.secure(setup, &self.wait(self.data.timers.handshake)) {
            Ok(()) => Ok(channel),
            Err(error) => Err(failed(Some(channel), &error)),
        }
    }
}
