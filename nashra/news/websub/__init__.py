"""WebSub (W3C Recommendation of 2018): hubs that send what is new in a feed, so that it need not be asked for.

`links` finds a feed's hub, `signatures` proves who sent, `subscribing` asks, renews and leaves, `receiving` answers the
hub. A `Hub` row is the truth of it all. Sources of one reader alone never meet a hub: their addresses are secret.
"""
