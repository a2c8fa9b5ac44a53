//! LIST, NLST and STOR: what goes over a data connection.

use std::io;
use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::spawn_blocking;
use tokio::time::timeout;
use tokio_rustls::server::TlsStream;

use super::data::DataConnection;
use super::{Next, Session, Verb};
use crate::ecurep::names;
use crate::server::config::{Event, Fault};
use crate::server::control::Watched;
use crate::server::form::Form;
use crate::server::inflow::{self, Broken, Cancel, Inflow};
use crate::server::intake::{Incomplete, Staged, StoreError, Upload};
use crate::server::personality::Reply;
use crate::server::tree::{self, Path, Place};

/// A data connection after its handshake, if it has one.
enum Channel {
    Clear(TcpStream),
    Private(Box<TlsStream<TcpStream>>),
}

/// An upload after its last byte.
struct Received {
    staged: Box<dyn Staged>,
    bytes: u64,
    result: Result<(), Broken>,
}

impl Session {
    /// LIST and NLST. Directories that take uploads show nothing, whatever is there.
    pub(super) async fn list(&mut self, verb: Verb, operand: &str) -> io::Result<Next> {
        let text = match self.listing(verb, operand) {
            Ok(text) => text,
            Err(refusal) => {
                self.data.close();
                return self.say(refusal).await;
            }
        };
        let connection = match self.connect().await {
            Ok(connection) => connection,
            Err(refusal) => return self.say(refusal).await,
        };
        self.say(self.says().list_started.plain()).await?;
        let reply = match self.channel(connection.stream).await {
            Ok(channel) => self.send(channel, text.into_bytes()).await,
            Err(refusal) => refusal,
        };
        self.say(reply).await
    }

    fn listing(&self, verb: Verb, operand: &str) -> Result<String, Reply> {
        // Options such as -a are those of the client's own ls.
        let names: Vec<&str> = operand.split_ascii_whitespace().filter(|word| !word.starts_with('-')).collect();
        let path = self.path(names.first().unwrap_or(&""))?;
        let nothing = || self.says().nothing_found.with(&[("verb", &verb.name())]);
        let entries = path.place().listing().ok_or_else(nothing)?;
        if verb == Verb::Nlst {
            return Ok(tree::names(&entries));
        }
        Ok(tree::long_list(&entries, self.server.world.now()))
    }

    async fn send(&mut self, channel: Channel, text: Vec<u8>) -> Reply {
        let patience = self.server.config.limits.stall;
        let sent = match channel {
            Channel::Clear(stream) => timeout(patience, send_all(stream, text)).await,
            Channel::Private(stream) => timeout(patience, send_all(*stream, text)).await,
        };
        match sent {
            Ok(Ok(())) => self.says().list_done.plain(),
            _ => self.says().transfer_cut.plain(),
        }
    }

    /// STOR.
    pub(super) async fn store(&mut self, operand: &str) -> io::Result<Next> {
        let upload = match self.upload(operand) {
            Ok(upload) => upload,
            Err(refusal) => {
                self.data.close();
                return self.say(refusal).await;
            }
        };
        match self.take_in(&upload).await? {
            Some(reply) => self.say(reply).await,
            None => Ok(Next::End),
        }
    }

    /// The upload that `operand` stands for, or why there is none.
    fn upload(&self, operand: &str) -> Result<Upload, Reply> {
        let path = self.path(operand)?;
        let denied = || self.says().denied.with(&[("verb", &"STOR")]);
        let Place::Upload { directory, name } = path.place() else {
            return Err(denied());
        };
        if let Some(code) = self.server.config.faults.iter().find_map(refused_store) {
            return Err(self.says().fault_store.with(&[("code", &code)]));
        }
        Ok(Upload {
            directory: directory.to_owned(),
            name: name.to_owned(),
            check: names::check(name),
            user: self.logon.user().unwrap_or_default().to_owned(),
            peer: self.control.peer().ip().to_canonical(),
            private: self.control.is_private() && self.is_private(),
            representation: self.parameters.representation,
            begun: self.server.world.now(),
        })
    }

    /// Takes an upload from its first byte to its delivery. Tells the answer, `None` if nobody waits for it.
    async fn take_in(&mut self, upload: &Upload) -> io::Result<Option<Reply>> {
        let path = upload_path(upload);
        let staged = match self.begin(upload).await {
            Ok(staged) => staged,
            Err(error) => {
                self.data.close();
                return Ok(Some(self.refused_by_store(&error, &path)));
            }
        };
        let connection = match self.connect().await {
            Ok(connection) => connection,
            Err(refusal) => return Ok(Some(refusal)),
        };
        self.say(self.says().storing.with(&[("path", &path)])).await?;
        let DataConnection { stream, _lease } = connection;
        let channel = match self.channel(stream).await {
            Ok(channel) => channel,
            Err(refusal) => return Ok(Some(refusal)),
        };
        let (received, gone) = self.receive(channel, staged).await?;
        Ok(self.conclude(upload, received, gone).await)
    }

    async fn begin(&self, upload: &Upload) -> Result<Box<dyn Staged>, StoreError> {
        let (store, upload) = (Arc::clone(&self.server.store), upload.clone());
        in_thread(move || store.begin(&upload)).await.map_err(StoreError::Failed)?
    }

    /// The connection, under TLS if that was agreed on.
    async fn channel(&mut self, stream: TcpStream) -> Result<Channel, Reply> {
        let tls = self.server.tls.as_ref().filter(|_| self.is_private());
        let Some(tls) = tls else {
            return Ok(Channel::Clear(stream));
        };
        let handshake = timeout(self.server.config.limits.handshake, tls.data.accept(stream));
        match self.control.watch(handshake).await {
            Watched::Done(Ok(Ok(stream))) => Ok(Channel::Private(Box::new(stream))),
            _ => Err(self.says().data_tls_failed.plain()),
        }
    }

    /// Receives on another thread, listening to the client meanwhile. Tells too if the client is gone.
    async fn receive(&mut self, channel: Channel, mut staged: Box<dyn Staged>) -> io::Result<(Received, bool)> {
        let limits = &self.server.config.limits;
        let (stream, tls) = channel.into_parts();
        let stream = stream.into_std()?;
        stream.set_nonblocking(false)?;
        let cancel = Cancel::new(&stream)?;
        let mut inflow = Inflow::new(stream, tls, limits.stall)?;
        let form = Form::new(self.parameters.representation, self.parameters.structure);
        let cut = self.server.config.faults.iter().find_map(cut_after);
        let cancelled = cancel.flag();
        let mut work = spawn_blocking(move || {
            let (bytes, result) = inflow::receive(&mut inflow, form, staged.as_mut(), &cancelled, cut);
            Received { staged, bytes, result }
        });
        let (received, gone) = match self.control.watch(&mut work).await {
            Watched::Done(received) => (received, self.control.is_gone().await),
            stopped => {
                drop(cancel);
                (work.await, matches!(stopped, Watched::Gone))
            }
        };
        Ok((received.map_err(io::Error::other)?, gone))
    }

    /// Delivers what is complete, gives up what is not, and says so.
    async fn conclude(&mut self, upload: &Upload, received: Received, gone: bool) -> Option<Reply> {
        let Received { staged, bytes, result } = received;
        match result {
            Ok(()) if !gone => Some(self.deliver(upload, staged, bytes).await),
            Ok(()) => {
                self.give_up(upload, staged, bytes, Incomplete::ConnectionLost).await;
                None
            }
            Err(broken) => {
                let why = if gone { Incomplete::ConnectionLost } else { incomplete(&broken) };
                self.give_up(upload, staged, bytes, why).await;
                let ends = gone || (matches!(broken, Broken::Cut) && self.cuts_session());
                (!ends).then(|| self.broken(&broken, upload))
            }
        }
    }

    async fn deliver(&self, upload: &Upload, staged: Box<dyn Staged>, bytes: u64) -> Reply {
        let committed = in_thread(move || staged.commit(bytes)).await.unwrap_or_else(|error| Err(error.into()));
        let delivered = committed.is_ok();
        let upload_copy = upload.clone();
        let why = Incomplete::NotKept;
        self.server.config.observer.note(if delivered {
            Event::Delivered { upload: upload_copy, bytes }
        } else {
            Event::Incomplete { upload: upload_copy, bytes, why }
        });
        match committed {
            Ok(()) => self.says().transfer_done.plain(),
            Err(error) => self.refused_by_store(&error, &upload_path(upload)),
        }
    }

    async fn give_up(&self, upload: &Upload, staged: Box<dyn Staged>, bytes: u64, why: Incomplete) {
        // Dropping it would do as well; a store that fails here has told so before.
        let _ = in_thread(move || staged.abandon(bytes, why)).await;
        self.server.config.observer.note(Event::Incomplete { upload: upload.clone(), bytes, why });
    }

    fn broken(&self, broken: &Broken, upload: &Upload) -> Reply {
        let says = self.says();
        match broken {
            Broken::Lost | Broken::Truncated | Broken::Cut => says.transfer_cut.plain(),
            Broken::Stalled => says.transfer_stalled.with(&[("seconds", &self.server.config.limits.stall.as_secs())]),
            Broken::Cancelled => says.transfer_cut.plain().then(says.aborted.plain()),
            Broken::Store(error) => self.refused_by_store(error, &upload_path(upload)),
        }
    }

    fn refused_by_store(&self, error: &StoreError, path: &Path) -> Reply {
        let says = self.says();
        match error {
            StoreError::Full => says.store_full.plain(),
            StoreError::Duplicate => says.store_refused.with(&[("path", path)]),
            StoreError::Failed(_) => says.transfer_failed.plain(),
        }
    }

    fn cuts_session(&self) -> bool {
        self.server.config.faults.iter().any(|fault| matches!(fault, Fault::CutSession(_)))
    }
}

impl Channel {
    fn into_parts(self) -> (TcpStream, Option<rustls::ServerConnection>) {
        match self {
            Self::Clear(stream) => (stream, None),
            Self::Private(stream) => {
                let (stream, tls) = stream.into_inner();
                (stream, Some(tls))
            }
        }
    }
}

/// Sends everything and ends the connection. The client's own end is awaited behind the answer, so that
/// what it still says does not make the system reset the connection under the data.
async fn send_all(mut stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, text: Vec<u8>) -> io::Result<()> {
    stream.write_all(&text).await?;
    stream.shutdown().await?;
    tokio::spawn(timeout(DRAIN_TIME, async move {
        let mut rest = [0; 512];
        while stream.read(&mut rest).await.is_ok_and(|length| length > 0) {}
    }));
    Ok(())
}

/// How long a listing's connection waits for the client's end.
const DRAIN_TIME: std::time::Duration = std::time::Duration::from_secs(5);

/// Does `work` where it may block. A panic there comes back as an error.
async fn in_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> io::Result<T> {
    spawn_blocking(work).await.map_err(io::Error::other)
}

fn upload_path(upload: &Upload) -> Path {
    Path::of_upload(&upload.directory, &upload.name)
}

fn incomplete(broken: &Broken) -> Incomplete {
    match broken {
        Broken::Lost | Broken::Cut => Incomplete::ConnectionLost,
        Broken::Truncated => Incomplete::Truncated,
        Broken::Stalled => Incomplete::Stalled,
        Broken::Cancelled => Incomplete::Aborted,
        Broken::Store(_) => Incomplete::NotKept,
    }
}

fn refused_store(fault: &Fault) -> Option<u16> {
    match fault {
        Fault::RefuseStore(code) => Some(*code),
        _ => None,
    }
}

fn cut_after(fault: &Fault) -> Option<u64> {
    match fault {
        Fault::CutData(bytes) | Fault::CutSession(bytes) => Some(*bytes),
        _ => None,
    }
}
