//! The server as a whole: its thread, its listening socket, the sessions it admits, and its end.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use thiserror::Error;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::config::{Event, ServerConfig};
use super::control::Control;
use super::intake::Store;
use super::ports::DataPorts;
use super::session::Session;
use super::tls::Tls;
use crate::world::World;

/// How long the threads of transfers are waited for after they were told to end.
const LAST_WAIT: Duration = Duration::from_secs(2);

/// How long the listener rests when the system has no socket left.
const REST: Duration = Duration::from_millis(50);

/// Threads for the disk beside one for each session.
const SPARE_THREADS: usize = 4;

/// Why a server did not start.
#[derive(Debug, Error)]
pub enum StartError {
    /// The address cannot be listened at.
    #[error("the server cannot listen at {address}: {source}")]
    Listen {
        /// The address that was asked for.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// Certificates and key do not fit.
    #[error("the server's certificate and key cannot be used: {0}")]
    Identity(#[from] rustls::Error),
    /// No thread or no runtime.
    #[error("the server cannot be started: {0}")]
    Thread(#[source] io::Error),
}

/// What all sessions share.
pub(super) struct Server {
    pub(super) config: ServerConfig,
    pub(super) tls: Option<Tls>,
    pub(super) ports: DataPorts,
    pub(super) store: Arc<dyn Store>,
    pub(super) world: Arc<dyn World>,
    guests: Mutex<HashMap<IpAddr, usize>>,
}

/// A server that runs. Dropping it stops it.
#[derive(Debug)]
pub struct RunningServer {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    thread: Option<JoinHandle<()>>,
}

impl RunningServer {
    /// Where it listens, with the port that was taken.
    pub fn addr(&self) -> SocketAddr {
        self.address
    }

    /// Takes no new connection, ends the sessions that wait for a command, lets transfers go on for the
    /// grace of the limits, and returns when everything has ended.
    pub fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        self.stop.send_replace(true);
        if let Some(thread) = self.thread.take() {
            // A panic of the server's thread has been told where it happened.
            let _ = thread.join();
        }
    }
}

impl Drop for RunningServer {
    fn drop(&mut self) {
        self.end();
    }
}

pub(super) fn start(
    config: ServerConfig,
    store: Arc<dyn Store>,
    world: Arc<dyn World>,
) -> Result<RunningServer, StartError> {
    let tls = config.identity.as_ref().map(Tls::new).transpose()?;
    let (listener, address) = listen(config.address)?;
    let runtime = runtime(config.limits.sessions).map_err(StartError::Thread)?;
    let (stop, stopped) = watch::channel(false);
    let ports = DataPorts::new(config.limits.data_ports.clone());
    let server = Arc::new(Server { config, tls, ports, store, world, guests: Mutex::default() });
    let serve = move || {
        runtime.block_on(serve(server, listener, stopped));
        runtime.shutdown_timeout(LAST_WAIT);
    };
    let thread = thread::Builder::new().name("ecurep".to_owned()).spawn(serve).map_err(StartError::Thread)?;
    Ok(RunningServer { address, stop, thread: Some(thread) })
}

fn listen(address: SocketAddr) -> Result<(std::net::TcpListener, SocketAddr), StartError> {
    let listen = || {
        let listener = std::net::TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        let bound = listener.local_addr()?;
        Ok((listener, bound))
    };
    listen().map_err(|source| StartError::Listen { address, source })
}

/// One thread for all dialogues; those that move data come and go.
fn runtime(sessions: usize) -> io::Result<Runtime> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(sessions.saturating_add(SPARE_THREADS))
        .thread_name("ecurep-data")
        .build()
}

async fn serve(server: Arc<Server>, listener: std::net::TcpListener, mut stopped: watch::Receiver<bool>) {
    let Ok(listener) = TcpListener::from_std(listener) else {
        return;
    };
    let mut sessions = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            biased;
            _ = stopped.wait_for(|stop| *stop) => break,
            Some(_) = sessions.join_next() => continue,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => drop(sessions.spawn(admit(Arc::clone(&server), stream, peer, stopped.clone()))),
            Err(_) => tokio::time::sleep(REST).await,
        }
    }
    drop(listener);
    let ended = async { while sessions.join_next().await.is_some() {} };
    let _ = tokio::time::timeout(server.config.limits.grace, ended).await;
    sessions.shutdown().await;
}

async fn admit(server: Arc<Server>, stream: TcpStream, peer: SocketAddr, stopped: watch::Receiver<bool>) {
    let Ok(mut control) = Control::new(stream, peer, server.config.limits.answer) else {
        return;
    };
    let Some(_guest) = Guest::admitted(&server, peer.ip()) else {
        let _ = control.say(&server.config.personality.says.too_many.plain()).await;
        return control.close().await;
    };
    server.config.observer.note(Event::Opened(peer));
    Session::new(Arc::clone(&server), control, stopped).run().await;
    server.config.observer.note(Event::Closed(peer));
}

/// A place among the sessions, given back when dropped.
struct Guest<'a> {
    server: &'a Server,
    address: IpAddr,
}

impl<'a> Guest<'a> {
    fn admitted(server: &'a Server, address: IpAddr) -> Option<Self> {
        let limits = &server.config.limits;
        let mut guests = server.guests.lock().unwrap_or_else(PoisonError::into_inner);
        let all: usize = guests.values().sum();
        let own = guests.entry(address).or_default();
        if all >= limits.sessions || *own >= limits.sessions_of_one {
            return None;
        }
        *own += 1;
        Some(Self { server, address })
    }
}

impl Drop for Guest<'_> {
    fn drop(&mut self) {
        let mut guests = self.server.guests.lock().unwrap_or_else(PoisonError::into_inner);
        let left = guests.get(&self.address).map_or(0, |own| own.saturating_sub(1));
        if left == 0 {
            guests.remove(&self.address);
        } else {
            guests.insert(self.address, left);
        }
    }
}
