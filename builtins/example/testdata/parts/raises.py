raise ValueError("inside")
