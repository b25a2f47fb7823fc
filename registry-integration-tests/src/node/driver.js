'use strict';

// Hosts clients of the Node SDK: the same lines in and out as SdkDriver.java.

const readline = require('readline');
const util = require('util');
const urllib = require('urllib');
// Loads the class map. Its own RegistryClient keeps one client for each address; the tests need several with
// different settings, so they use what it wraps.
require('sofa-registry-node');
const RegistryClient = require('sofa-registry-node/lib/client');
const RegistryConfig = require('sofa-registry-node/lib/config');

const BELL_MILLIS = 50;
const SETTLE_POLL_MILLIS = 5;
const clients = new Map();
const registers = new Map();
const withdrawals = new Map();

function logger() {
  const print = (...words) => process.stderr.write(util.format(...words) + '\n');
  return { info: () => {}, debug: () => {}, warn: print, error: print };
}

function encode(text) {
  return text === null || text === undefined ? ':' : encodeURIComponent(text);
}

function report(event) {
  process.stdout.write(event + '\n');
}

class Command {
  constructor(line) {
    const words = line.trim().split(/ +/);
    this.operands = words.filter(word => !word.includes('=')).map(decodeURIComponent);
    this.words = words.filter(word => word.includes('='));
  }

  options(name) {
    return this.words.filter(word => word.startsWith(name + '='))
      .map(word => decodeURIComponent(word.substring(name.length + 1)));
  }

  option(name) {
    return this.options(name)[0];
  }
}

function open(command) {
  const settings = {
    endpoint: '127.0.0.1',
    port: Number(command.option('port')),
    zone: command.option('zone'),
    instanceId: command.option('instanceId'),
    appname: command.option('appName'),
  };
  if (command.option('syncMillis')) {
    settings.syncConfigRetryInterval = Number(command.option('syncMillis'));
  }
  const client = new RegistryClient({ config: new RegistryConfig(settings), logger: logger(), httpclient: urllib });
  client.on('error', error => process.stderr.write(error.stack + '\n'));
  // Two timers of this SDK reset each other and can delay a registration for many seconds; a ringing bell avoids that.
  setInterval(() => client.worker.signal(), BELL_MILLIS);
  clients.set(command.operands[1], client);
}

function registration(command) {
  return { dataId: command.option('dataId'), group: command.option('group'), appname: command.option('appName') };
}

function client(command) {
  return clients.get(command.operands[1]);
}

function register(command) {
  return registers.get(command.operands[1]);
}

function keep(command, register, withdrawal) {
  registers.set(command.operands[2], register);
  withdrawals.set(command.operands[2], withdrawal);
}

function zones(data) {
  const text = Object.keys(data.zoneData).sort()
    .map(zone => ' ' + encode(zone) + '=' + data.zoneData[zone].map(value => ',' + encode(value)).join(''));
  return ' ' + encode(data.localZone) + text.join('');
}

const verbs = {
  open,

  publish(command) {
    const published = Object.assign(registration(command), { data: command.options('data') });
    keep(command, client(command).register(published), () => client(command).unregister(registration(command)));
  },

  republish(command) {
    register(command).republish(...command.options('data'));
  },

  subscribe(command) {
    const key = command.operands[2];
    const subscribed = Object.assign(registration(command), { type: 'address', scope: command.option('scope') });
    const listener = data => report('pushed ' + encode(key) + zones(data));
    keep(command, client(command).subscribe(subscribed, listener), () => client(command).unSubscribe(subscribed));
  },

  configure(command) {
    const key = command.operands[2];
    const configured = Object.assign(registration(command), { type: 'config' });
    const listener = config => report('configured ' + encode(key) + ' ' + encode(config.data));
    keep(command, client(command).subscribe(configured, listener), () => client(command).unSubscribe(configured));
  },

  unregister(command) {
    withdrawals.get(command.operands[1])();
  },

  settle(command) {
    const watched = register(command);
    const timer = setInterval(() => {
      if (watched.isDone) {
        report('settled ' + encode(command.operands[1]) + ' ' + command.operands[2]);
        clearInterval(timer);
      }
    }, SETTLE_POLL_MILLIS);
  },

  exit() {
    process.exit(0);
  },
};

process.on('unhandledRejection', error => process.stderr.write((error && error.stack) + '\n'));
readline.createInterface({ input: process.stdin })
  .on('line', line => {
    try {
      const command = new Command(line);
      verbs[command.operands[0]](command);
    } catch (error) {
      report('failed ' + line + ' ' + encode(error.stack));
    }
  })
  .on('close', () => process.exit(0));
report('ready');
