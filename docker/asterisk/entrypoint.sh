#!/bin/sh
# Writes what comes from the environment as Asterisk configuration, then becomes Asterisk.
set -eu

# In Asterisk's files a semicolon begins a comment and a backslash escapes, so that secrets keep to plain characters.
demand() {
  case $2 in
    '') echo "$1 is not set; docker/example.env names everything that is needed." >&2; exit 1 ;;
    *[!A-Za-z0-9_.:-]*) echo "$1 may consist of letters, digits and _ . : - only." >&2; exit 1 ;;
  esac
}
demand ARI_PASSWORD "${ARI_PASSWORD:-}"
demand PHONE_PASSWORD "${PHONE_PASSWORD:-}"
EXTERNAL_ADDRESS=${EXTERNAL_ADDRESS:-127.0.0.1}
demand EXTERNAL_ADDRESS "$EXTERNAL_ADDRESS"

umask 077
cat >/run/asterisk/ari-user.conf <<END
[fernamt]
type=user
password=$ARI_PASSWORD
END
cat >/run/asterisk/transport.conf <<END
[udp]
type=transport
protocol=udp
bind=0.0.0.0:5060
external_media_address=$EXTERNAL_ADDRESS
external_signaling_address=$EXTERNAL_ADDRESS
local_net=172.16.0.0/12
END
: >/run/asterisk/phones.conf
for extension in 1001 1002; do
  cat >>/run/asterisk/phones.conf <<END
[$extension](phone)
auth=$extension
aors=$extension
[$extension](phone-auth)
username=$extension
password=$PHONE_PASSWORD
[$extension](phone-aor)
END
done

exec asterisk -f
