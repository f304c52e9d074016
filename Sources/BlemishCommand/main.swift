print("blemish")
